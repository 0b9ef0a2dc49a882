import { random, tf } from "latent";
import { PLANAR_OBSTACLES, planar } from "latent/envs";
import { describe, expect, test } from "vitest";

const env = planar();
const { clearance } = env.params;

function distances(position: tf.Tensor2D): number[] {
  const rows = position.arraySync();
  return rows.map(([x = NaN, y = NaN]) =>
    Math.min(...PLANAR_OBSTACLES.map(([ox, oy]) => Math.hypot(x - ox, y - oy))),
  );
}

describe("PLANAR_OBSTACLES", () => {
  test("are where agents are kept out, at the start and after moves", () => {
    tf.tidy(() => {
      const [first] = env.reset(random.key(1), 2000);
      const action = random.uniform(random.key(2), [2000, 2], { min: -1, max: 1 });
      const { state } = env.step(random.key(3), first, action);
      for (const { position } of [first, state]) {
        const all = distances(position);
        expect(Math.min(...all)).toBeGreaterThan(clearance - 1e-3); // float32
        // 2000 agents, of which some hundred were moved out of a disc and lie on its border
        expect(all.filter((d) => d < clearance + 1e-3).length).toBeGreaterThan(50);
      }
    });
  });

  test("are drawn at these places", () => {
    const elsewhere = { ...env.params, goal: [-10, -10] as const };
    const [state] = env.reset(random.key(4), 1);
    const still = { ...state, position: tf.tensor2d([[3, 3]]) };
    const red = tf.tidy(() => env.render(still, elsewhere).slice([0, 0, 0, 0], [1, 40, 40, 1]).dataSync());
    for (const [x, y] of PLANAR_OBSTACLES) expect(red[y * 40 + x]).toBeCloseTo(0.55, 5);
  });

  test("are two clearances and more apart", () => {
    PLANAR_OBSTACLES.forEach(([x, y], i) => {
      for (const [ox, oy] of PLANAR_OBSTACLES.slice(i + 1))
        expect(Math.hypot(x - ox, y - oy)).toBeGreaterThan(2 * clearance);
    });
  });
});

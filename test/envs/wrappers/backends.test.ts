import { random, tf, useBackend } from "latent";
import { actionRepeat, keyDoorRoom, timeLimit } from "latent/envs";
import { expect, test } from "vitest";
import { goHome, home, others } from "../../support/backends";

/** What 100 rooms do in steps that end in some of them: truth values are selected by row. */
function repeated(): number[][] {
  const env = actionRepeat(timeLimit(keyDoorRoom(), 7), 3);
  const [start] = env.reset(random.key(3), 100);
  let state = start;
  return [4, 4, 1, 1, 3].map((action) => {
    const moved = env.step(random.key(0), state, tf.fill([100], action, "int32"));
    state = moved.state;
    return [moved.reward, moved.terminated, moved.truncated, state.x, state.y].flatMap((column) =>
      Array.from(column.dataSync()),
    );
  });
}

test.each(others)(`actionRepeat gives the same on %s as on ${home}`, async (name) => {
  const here = repeated();
  expect(here.flat().some((value) => value === 1)).toBe(true);
  await useBackend(name);
  try {
    expect(repeated()).toEqual(here);
  } finally {
    await goHome();
  }
});

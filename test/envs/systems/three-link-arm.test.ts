import { random, tf } from "latent";
import { threeLinkArm } from "latent/envs";
import { expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

interface Case {
  readonly gravity: number;
  readonly friction: number;
  readonly angles: number[];
  readonly speeds: number[];
  readonly action: number[];
  /** The angles and then the velocities after a step, from rods held together by constraint forces. */
  readonly after: number[];
}
const { cases } = fixture("arm_rods") as { cases: Case[] };
const key = random.key(0);
const env = threeLinkArm();
type State = Parameters<typeof env.step>[1];

function state(angles: number[][], speeds: number[][]): State {
  return {
    angles: tf.tensor2d(angles),
    speeds: tf.tensor2d(speeds),
    time: tf.zeros([angles.length], "int32"),
  };
}

test.each([
  [0, 0],
  [0, 0.1],
  [9.81, 0],
  [9.81, 0.1],
])("links move as rods held together by forces, gravity %d and friction %d", (gravity, friction) => {
  const rows = cases.filter((one) => one.gravity === gravity && one.friction === friction);
  expect(rows).toHaveLength(8);
  const from = state(
    rows.map(({ angles }) => angles),
    rows.map(({ speeds }) => speeds),
  );
  const action = tf.tensor2d(rows.map((one) => one.action));
  const { state: to } = env.step(key, from, action, { ...env.params, gravity, friction });
  const after = tf.tensor2d(rows.map((row) => row.after));
  const end = (one: State): tf.Tensor => tf.concat([one.angles, one.speeds], 1);
  // Four steps of order 4 with h = 0.025 s: for a motion of rate w, in 1/s, the relative error of each is
  // (wh)⁵ / 120. Rods of 0.25 m swing and relax at up to w = 20/s, and turn at up to 10 rad/s:
  // 4 · (0.5)⁵ / 120 · 10 rad/s = 1e-2.
  expect(end(to)).toBeNear(after, { abs: 1e-2 });
  // With h / 4 it is 4⁴ times less, 4e-5, and 16 steps round by up to 2⁻²⁴ · 10 rad/s in each of six terms
  let fine = from;
  for (let i = 0; i < 4; i++) {
    const params = { ...env.params, gravity, friction, dt: env.params.dt / 4 };
    fine = env.step(key, fine, action, params).state;
  }
  expect(end(fine)).toBeNear(after, { abs: 1e-4 });
});

/** The energy of each arm in J, from the positions and velocities of the rods' centres. */
function energy({ angles, speeds }: State, gravity: number): number[] {
  const { lengths, masses } = env.params;
  const [q, w] = [angles.arraySync(), speeds.arraySync()];
  return q.map((row, b) => {
    let [phi, turn, y, vx, vy, total] = [0, 0, 0, 0, 0, 0];
    row.forEach((angle, i) => {
      const [l, m] = [lengths[i] ?? NaN, masses[i] ?? NaN];
      phi += angle;
      turn += w[b]?.[i] ?? NaN;
      const [dx, dy] = [turn * l * Math.cos(phi), -turn * l * Math.sin(phi)];
      const square = (vx + dx / 2) ** 2 + (vy + dy / 2) ** 2;
      total += (m / 2) * square + (m / 24) * (l * turn) ** 2 + m * gravity * (y + (l / 2) * Math.cos(phi));
      [y, vx, vy] = [y + l * Math.cos(phi), vx + dx, vy + dy];
    });
    return total;
  });
}

test.each([0, 9.81])("without torque and friction the energy stays, gravity %d", (gravity) => {
  const rows = cases.slice(0, 8);
  let at = state(
    rows.map(({ angles }) => angles),
    rows.map(({ speeds }) => speeds.map((w) => w / 2)),
  );
  const params = { ...env.params, gravity, friction: 0, dt: 0.02 };
  const before = energy(at, gravity);
  for (let t = 0; t < 50; t++) at = env.step(key, at, tf.zeros([8, 3]), params).state;
  // 200 steps with h = 0.005 s. A Runge–Kutta step of order 4 changes the energy of a motion of rate w by
  // the fraction (wh)⁶ / 72: with w = 30/s, a bound for whirling rods of 0.25 m, by 1.6e-7, in all
  // 3e-5 of at most 25 J. Rounding: 200 steps of 2⁻²⁴ · 3π in angles, times torques below 15 N·m, 2e-3 J.
  expect(energy(at, gravity)).toBeNear(before, { abs: 3e-3 });
  const damped = env.step(key, at, tf.zeros([8, 3]), { ...params, friction: 0.1 }).state;
  energy(damped, gravity).forEach((after, i) => expect(after).toBeLessThan(before[i] ?? NaN));
});

test("with velocity control, joints turn by rate · dt times the action, clipped", () => {
  const arm = threeLinkArm({ control: "velocity" });
  const from = state([[0.5, -1, 2]], [[0, 0, 0]]);
  const { state: to } = arm.step(key, from, tf.tensor2d([[1, -0.5, 7]]));
  expect(to.angles).toBeNear([0.7, -1.1, 2.2], { abs: 1e-6 }); // rate 2 rad/s, dt 0.1 s
  expect(to.speeds).toBeNear([2, -1, 2], {});
});

test("the reward is the distance of the tip in units of the arm, by the closed form", () => {
  const arm = threeLinkArm({ control: "velocity" });
  const params = { ...arm.params, goal: [0.75, 0.35] as const };
  const still = tf.zeros([2, 3]);
  // Up 0.4, then to the right 0.35 + 0.25; and along x
  const from = state(
    [
      [0, Math.PI / 2, 0],
      [Math.PI / 2, 0, 0],
    ],
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
  );
  const { reward } = arm.step(key, from, still, params);
  expect(reward).toBeNear([-Math.hypot(0.15, 0.05), -Math.hypot(0.25, 0.35)], { abs: 1e-6 });
});

import type { RandomStream } from "../../../core/random/stream";
import type { Physics } from "../physics";

/** mjJNT_HINGE */
const HINGE = 3;

/**
 * Draws limited joints within their limits and, by default, unlimited hinges in [−π, π), as the Control Suite
 * does.
 */
export function drawJoints(
  { model, data }: Physics,
  random: RandomStream,
  { hinges = true }: { readonly hinges?: boolean } = {},
): void {
  const { jnt_type: types, jnt_qposadr: places, jnt_limited: limited, jnt_range: ranges } = model;
  const { qpos } = data;
  types.forEach((type, joint) => {
    const at = places[joint] ?? 0;
    if (limited[joint] === 1) qpos[at] = random.uniform(ranges[2 * joint], ranges[2 * joint + 1]);
    else if (hinges && type === HINGE) qpos[at] = random.uniform(-Math.PI, Math.PI);
  });
}

/**
 * Draws a start again and again until nothing touches.
 *
 * @throws after 1000 attempts.
 */
export function untilFree(caller: string, physics: Physics, draw: () => void): void {
  for (let attempt = 0; attempt < 1000; attempt++) {
    draw();
    physics.settle();
    if (physics.data.ncon === 0) return;
  }
  throw new Error(`${caller}: no start without contacts in 1000 attempts; check the model`);
}

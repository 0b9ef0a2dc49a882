import type { MujocoTask } from "../task";
import type { Physics } from "../physics";
import { drawJoints } from "./draw-joints";
import { tolerance } from "./tolerance";

/** The radius of the target in m. */
const TARGET = 0.05;

/** An arm of two links in a plane, whose finger is to be in the target: reward 1 there, otherwise 0. */
export const reacherEasy: MujocoTask = {
  name: "reacher-easy",
  substeps: 1,
  maxSteps: 1000,
  observations: ["shoulder", "wrist", "to target x", "to target y", "shoulder′", "wrist′"],
  units: ["rad", "rad", "m", "m", "rad/s", "rad/s"],
  begin(physics, random) {
    const target = 3 * physics.id("geom", "target");
    physics.model.geom_size[target] = TARGET;
    drawJoints(physics, random);
    const [angle, radius] = [random.uniform(0, 2 * Math.PI), random.uniform(0.05, 0.2)];
    physics.model.geom_pos.set([radius * Math.sin(angle), radius * Math.cos(angle)], target);
  },
  observe: (physics) => [...physics.data.qpos, ...toTarget(physics), ...physics.data.qvel],
  reward(physics) {
    const { geom_size: size } = physics.model;
    const touching =
      (size[3 * physics.id("geom", "target")] ?? 0) + (size[3 * physics.id("geom", "finger")] ?? 0);
    return tolerance(Math.hypot(...toTarget(physics)), [0, touching]);
  },
};

/** The vector from the finger to the target, in m. */
function toTarget(physics: Physics): [number, number] {
  const { geom_xpos: at } = physics.data;
  const [target, finger] = [3 * physics.id("geom", "target"), 3 * physics.id("geom", "finger")];
  return [(at[target] ?? 0) - (at[finger] ?? 0), (at[target + 1] ?? 0) - (at[finger + 1] ?? 0)];
}

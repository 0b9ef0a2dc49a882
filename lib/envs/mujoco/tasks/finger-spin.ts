import type { MujocoTask } from "../task";
import type { Physics } from "../physics";
import { drawJoints, untilFree } from "./draw-joints";

/** The speed of the body in rad/s from which on the reward is 1. */
const SPINNING = 15;

/** A finger of two links is to spin a body on a hinge: reward 1 while it turns fast enough, otherwise 0. */
export const fingerSpin: MujocoTask = {
  name: "finger-spin",
  substeps: 2,
  maxSteps: 1000,
  observations: [
    ...["proximal", "distal", "tip x", "tip z"],
    ...["proximal′", "distal′", "hinge′", "touch above", "touch below"],
  ],
  units: ["rad", "rad", "m", "m", "rad/s", "rad/s", "rad/s", "log(1 + N)", "log(1 + N)"],
  begin(physics, random) {
    const { model } = physics;
    for (const name of ["target", "tip"]) model.site_rgba[4 * physics.id("site", name) + 3] = 0; // not seen
    model.dof_damping[physics.id("joint", "hinge")] = 0.03;
    untilFree("finger-spin", physics, () => drawJoints(physics, random));
  },
  observe(physics) {
    const [tipX = 0, , tipZ = 0] = read(physics, "tip", 3);
    const [x = 0, , z = 0] = read(physics, "spinner", 3);
    const one = (name: string): number => read(physics, name, 1)[0] ?? 0;
    return [
      ...[one("proximal"), one("distal"), tipX - x, tipZ - z],
      ...[one("proximal_velocity"), one("distal_velocity"), one("hinge_velocity")],
      ...[Math.log1p(one("touchtop")), Math.log1p(one("touchbottom"))],
    ];
  },
  reward: (physics) => ((read(physics, "hinge_velocity", 1)[0] ?? 0) <= -SPINNING ? 1 : 0),
};

function read(physics: Physics, sensor: string, count: number): Float64Array {
  const at = physics.model.sensor_adr[physics.id("sensor", sensor)] ?? 0;
  return physics.data.sensordata.subarray(at, at + count);
}

import type { MujocoTask } from "../task";
import { drawJoints } from "./draw-joints";
import { tolerance } from "./tolerance";

const JOINTS = ["bthigh", "bshin", "bfoot", "fthigh", "fshin", "ffoot"];
/** The speed in m/s from which on the reward is 1. */
const RUN = 10;

/** A two-legged runner in a plane; the reward is its speed / 10 m/s, at most 1. */
export const cheetahRun: MujocoTask = {
  name: "cheetah-run",
  substeps: 1,
  maxSteps: 1000,
  observations: ["z", "pitch", ...JOINTS, "ẋ", "ż", "pitch′", ...JOINTS.map((name) => `${name}′`)],
  units: ["m", ...Array<string>(7).fill("rad"), "m/s", "m/s", ...Array<string>(7).fill("rad/s")],
  begin(physics, random) {
    drawJoints(physics, random, { hinges: false });
    physics.step(200); // it falls to the ground
    physics.data.time = 0;
  },
  observe: ({ data }) => [...data.qpos.subarray(1), ...data.qvel], // not where it is
  reward(physics) {
    const speed = physics.data.sensordata[0] ?? 0; // of the centre of mass
    return tolerance(speed, [RUN, Infinity], { margin: RUN, shape: "linear", valueAtMargin: 0 });
  },
};

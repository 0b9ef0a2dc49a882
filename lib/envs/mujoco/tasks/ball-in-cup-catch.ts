import type { MujocoTask } from "../task";
import { untilFree } from "./draw-joints";

/** A ball on a string is to be caught in a cup: reward 1 while it is inside, otherwise 0. */
export const ballInCupCatch: MujocoTask = {
  name: "ball-in-cup-catch",
  substeps: 10,
  maxSteps: 1000,
  observations: ["cup x", "cup z", "ball x", "ball z", "cup x′", "cup z′", "ball x′", "ball z′"],
  units: [...Array<string>(4).fill("m"), ...Array<string>(4).fill("m/s")],
  begin(physics, random) {
    untilFree("ball-in-cup-catch", physics, () => {
      physics.data.qpos.set([random.uniform(-0.2, 0.2), random.uniform(0.2, 0.5)], 2);
    });
  },
  observe: ({ data }) => [...data.qpos, ...data.qvel],
  reward(physics) {
    const { data, model } = physics;
    const [ball, target] = [physics.id("body", "ball"), physics.id("site", "target")];
    const radius = model.geom_size[3 * physics.id("geom", "ball")] ?? 0;
    const inside = [0, 2].every((k) => {
      const distance = Math.abs((data.site_xpos[3 * target + k] ?? 0) - (data.xpos[3 * ball + k] ?? 0));
      return distance < (model.site_size[3 * target + k] ?? 0) - radius;
    });
    return inside ? 1 : 0;
  },
};

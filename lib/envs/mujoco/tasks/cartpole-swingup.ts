import type { MujocoTask } from "../task";
import { tolerance } from "./tolerance";

/** A pole that hangs from a cart and is to be swung up and balanced. */
export const cartpoleSwingup: MujocoTask = {
  name: "cartpole-swingup",
  substeps: 1,
  maxSteps: 1000,
  observations: ["x", "cos θ", "sin θ", "ẋ", "θ̇"],
  units: ["m", "1", "1", "m/s", "rad/s"],
  begin({ data }, random) {
    data.qpos.set([random.normal(0, 0.01), Math.PI + random.normal(0, 0.01)]);
    data.qvel.set([random.normal(0, 0.01), random.normal(0, 0.01)]);
  },
  observe(physics) {
    const { data } = physics;
    const pole = 9 * physics.id("body", "pole_1");
    const { xmat } = data;
    return [data.qpos[0] ?? 0, xmat[pole + 8] ?? 0, xmat[pole + 2] ?? 0, ...data.qvel];
  },
  reward(physics) {
    const { data } = physics;
    const cosine = data.xmat[9 * physics.id("body", "pole_1") + 8] ?? 0;
    const upright = (cosine + 1) / 2;
    const centred = (1 + tolerance(data.qpos[0] ?? 0, [0, 0], { margin: 2 })) / 2;
    const push = tolerance(data.ctrl[0] ?? 0, [0, 0], { margin: 1, shape: "quadratic", valueAtMargin: 0 });
    const slow = (1 + tolerance(data.qvel[1] ?? 0, [0, 0], { margin: 5 })) / 2;
    return upright * ((4 + push) / 5) * slow * centred;
  },
};

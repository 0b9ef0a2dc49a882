import { random, tf, useBackend } from "latent";
import { controlSuite, mujoco, type MujocoTask } from "latent/envs";

await useBackend();

// A task of the Control Suite, three copies, observed as pictures
const cheetah = await controlSuite("cheetah-run", { n: 3, observe: "pixels", size: [64, 64] });
await cheetah.reset(0);
const actions = random.uniform(random.key(0), [3, 6], { min: -1, max: 1 });
const { raw, observation, reward } = await cheetah.step(actions);
console.log(`${raw.constructor.name} of ${raw.length}, as a tensor [${observation.shape.join(", ")}]`);
console.log(`rewards [${reward.shape.join(", ")}], simulated for ${cheetah.physics[0]?.data.time} s`);
await cheetah.close();

// A model and a task of one's own: a block on a rail is to be at 1 m
const MODEL = `<mujoco><option timestep="0.01"/><worldbody><body>
  <joint name="rail" type="slide" axis="1 0 0" damping="1"/><geom type="box" size=".1 .1 .1" mass="1"/>
</body></worldbody><actuator><motor joint="rail" ctrllimited="true" ctrlrange="-5 5"/></actuator></mujoco>`;
const reach: MujocoTask = {
  name: "reach",
  substeps: 5,
  maxSteps: 60,
  observations: ["x", "ẋ"],
  units: ["m", "m/s"],
  begin({ data }, random) {
    data.qpos[0] = random.uniform(-1, 0);
  },
  observe: ({ data }) => [...data.qpos, ...data.qvel],
  reward: ({ data }) => Math.exp(-((1 - (data.qpos[0] ?? 0)) ** 2)),
};
const block = await mujoco(MODEL, reach);
const { observation: seen } = await block.reset(1);
let moved = await block.step(tf.zeros([1, 1]));
for (let t = 1; t < 60; t++) {
  const [x = 0, speed = 0] = moved.raw;
  moved = await block.step(tf.tensor2d([[4 * (1 - x) - 3 * speed]])); // a spring and a damper
}
console.log(`from x = ${seen.dataSync()[0]?.toFixed(2)} to ${moved.finalRaw[0]?.toFixed(2)} m`);
console.log(`the limit truncated: ${moved.truncated.dataSync()[0] === 1}`);
await block.close();

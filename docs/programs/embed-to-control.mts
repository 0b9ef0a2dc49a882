import { adam, fit, type Key, random, tf, useBackend } from "latent";
import { type Guess, ilqr, mpcStep, quadraticCost } from "latent/control";
import { planar } from "latent/envs";
import { e2c, type E2c, vae } from "latent/models";

await useBackend();
const SIZE = 20;
const env = planar({ size: SIZE });
const hidden = { ...env.params, goal: [-10, -10] as const }; // the goal is not painted
const [dataKey, actionKey, initKey, fitKey] = random.split(random.key(3), 4);

/** Grey pictures of agents, [B, 400]. */
const see = (state: Parameters<typeof env.render>[0]): tf.Tensor =>
  tf.tidy(() =>
    env
      .render(state, hidden)
      .mean(3)
      .reshape([-1, SIZE * SIZE]),
  );

// 1. Data: pictures before and after random actions.
const [before] = env.reset(dataKey, 1500, hidden);
const u = random.uniform(actionKey, [1500, 2], { min: -1, max: 1 });
const after = env.step(actionKey, before, u, hidden).state;
const data = { x: see(before), u, next: see(after) };

// 2. Encoder, decoder and one linear model of all latent states, learned together; B is held at first.
const start = e2c.init(initKey, {
  data: SIZE * SIZE,
  control: 2,
  latent: 2,
  hidden: [64, 64],
  form: "global",
});
const phase = (holdControl: boolean) => (model: E2c, batch: e2c.Transitions, key: Key) =>
  e2c.loss(model, batch, key, { holdControl, kl: 0.1, consistency: 1, error: 50 });
const options = {
  data,
  params: start,
  batchSize: 64,
  optimizer: adam({ learningRate: 3e-3 }),
  key: fitKey,
};
const first = await fit<E2c, e2c.Transitions>({ ...options, loss: phase(true), steps: 800 });
const { state } = await fit<E2c, e2c.Transitions>({
  ...options,
  loss: phase(false),
  steps: 1000,
  resume: first,
});
const model = state.params;

// 3. From the picture of a goal to actions: iLQR in the latent space, anew after every picture.
const [one] = env.reset(dataKey, 1, hidden);
const at = (position: number[]): typeof one => ({ ...one, position: tf.tensor2d([position]) });
const encode = (position: number[]): Float64Array =>
  Float64Array.from(tf.tidy(() => vae.encode(model.encoder, see(at(position))).base.mu.dataSync()));
const goal = [35, 16];
const problem = {
  dynamics: e2c.dynamics(model),
  cost: quadraticCost({ goal: encode(goal), state: [10, 10], control: [1, 1] }),
  horizon: 10,
  limits: { lower: [-1, -1], upper: [1, 1] },
};
let position = [5, 15];
let guess: Guess | undefined;
for (let t = 0; t < 16; t++) {
  const step = mpcStep(problem, (p, z, _, last) => ilqr(p, z, { guess: last }), encode(position), fitKey, {
    guess,
  });
  guess = step.guess;
  const [x = NaN, y = NaN] = tf.tidy(() =>
    env.step(fitKey, at(position), tf.tensor2d([[...step.control]]), hidden).state.position.dataSync(),
  );
  position = [x, y];
}
const [x = NaN, y = NaN] = position;
const left = Math.hypot(x - 35, y - 16);
console.log(`30 from the goal at first, within 2 of it after 16 steps: ${left < 2}`);

import { random } from "latent";
import {
  cem,
  type Cost,
  type Dynamics,
  ilqr,
  mpc,
  type Planner,
  type Problem,
  rollout,
} from "latent/control";

// A pendulum whose motor is too weak to lift it at once: states [angle, speed], angle 0 is upright, π below.
const DT = 0.1;
const dynamics: Dynamics = {
  stateSize: 2,
  controlSize: 1,
  next([angle = NaN, speed = NaN], [torque = NaN]) {
    const after = speed + DT * (9.81 * Math.sin(angle) + torque);
    return Float64Array.of(angle + DT * after, after);
  },
};
const cost: Cost = {
  stage: ([angle = NaN, speed = NaN], [torque = NaN]) =>
    DT * (1 - Math.cos(angle) + 0.05 * speed ** 2 + 0.02 * torque ** 2),
  terminal: ([angle = NaN, speed = NaN]) => 2 * (1 - Math.cos(angle)) + 0.5 * speed ** 2,
};
const problem: Problem = { dynamics, cost, horizon: 40, limits: { lower: [-4], upper: [4] } };
const below = [Math.PI, 0];

// One plan of 4 seconds: draws find a direction of the swing, and iLQR improves it to the best plan nearby.
const drawn = cem(problem, below, random.key(7), { sigma: 2, correlation: 0.8 });
const plan = ilqr(problem, below, { guess: drawn });
const still = rollout(problem, below, new Array<Float64Array>(40).fill(Float64Array.of(0)));
console.log(
  `cost without torque ${still.cost.toFixed(2)}, CEM ${drawn.cost.toFixed(2)}, improved by iLQR ${plan.cost.toFixed(2)}`,
);

// The system has noise that the model does not know, so every step plans anew, from the last plan.
const planner: Planner = (p, z, key, guess) =>
  ilqr(p, z, { guess: cem(p, z, key, { guess, sigma: 2, correlation: 0.8 }), iterations: 10 });
const { states } = mpc(problem, planner, below, random.key(8), {
  steps: 80,
  system: (z, u, t, key) => {
    const [angle = NaN, speed = NaN] = dynamics.next(z, u, t);
    return Float64Array.of(angle, speed + random.stream(key).normal(0, 0.05));
  },
});
const upright = states.map(([angle = NaN]) => Math.cos(angle) > 0.95);
console.log(`upright in ${upright.filter(Boolean).length} of 80 steps, at the end: ${upright[80] ?? false}`);

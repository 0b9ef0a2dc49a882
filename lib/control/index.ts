/**
 * Control: planners that choose actions with a model of what they do, and agents that learn from what they
 * did.
 *
 * In: `Dynamics`, (z, u) → z′ and, where known, (z, u) → (A, B, c), a `Cost` and a `Problem`, all in plain
 * numbers (float64). Out: a `Plan`. Any planner works on any model.
 *
 * Read in this order: 1. `problem/`, what is planned; 2. `lqr/`, the linear-quadratic regulator and the
 * Kalman filter; 3. `ilqr/`, its iteration on nonlinear models, with limits; 4. `shooting/`, planners that
 * draw controls; 5. `mpc.ts`, planning anew at every step; 6. `lqr-flm/`, local models fitted to rollouts.
 *
 * With finitely many states: `mdp/`, control as inference and the forward pass, exactly; and `inverse-rl/`,
 * which rewards explain what people did; of continuous paths, `inverse-control/`. `exploration/`: bonuses of
 * counts, pseudo-counts and information gain.
 *
 * Agents compute with tensors: `replay/`, what they draw from; `agent/`, the loop around them; `q-learning/`
 * for discrete and `sac/` for continuous actions; with a `world-model/`, `slac/` and
 * `imagined-actor-critic/`.
 *
 * @module latent/control
 */
export * from "./problem";
export * from "./lqr";
export * from "./ilqr";
export * from "./shooting";
export * from "./mpc";
export * as lqrFlm from "./lqr-flm";
export * as mdp from "./mdp";
export * as inverseRl from "./inverse-rl";
export * as inverseControl from "./inverse-control";
export * as exploration from "./exploration";
export * from "./replay";
export * from "./q-learning";
export * from "./sac";
export * from "./slac";
export * from "./imagined-actor-critic";
export * as worldModel from "./world-model";
export * from "./agent";
export * from "./returns";

/**
 * Embed to Control. Read in this order: 1. `model.ts`, the parameters; 2. `transition.ts`, the locally linear
 * dynamics and the divergence of the predicted from the encoded distribution; 3. `loss.ts`; 4.
 * `dynamics.ts`, the dynamics in plain numbers for planners.
 */
export { init, sizes, type Sizes } from "./model";
export type { E2c, E2cOptions, Form, GlobalTransition, LocalTransition, Transition } from "./model";
export { consistency, linearize, next, type LinearModels, type TransitionOptions } from "./transition";
export { loss, terms, type E2cTerms, type LossOptions, type Transitions } from "./loss";
export { dynamics, type DynamicsOptions, type PlainDynamics, type PlainLinearModel } from "./dynamics";

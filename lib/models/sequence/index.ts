/**
 * Sequence VAEs: the latent variable is a trajectory z_1 … z_T, the data are a sequence of observations, and
 * the actions are given. Read in this order: 1. `parts/prior.ts`, `parts/encoder.ts` and `parts/decoder.ts`,
 * the three networks of the lecture's picture, and `model.ts`, which puts them together; 2. `posterior.ts`,
 * a draw of the trajectory, and `filter.ts`, one step of it; 3. `bound.ts`; 4. `loss.ts`, changes of the
 * bound for training; 5. `open-loop.ts`, predictions. `parts/exact-posterior.ts` is the encoder that
 * leaves no gap.
 *
 * Sequences are time-first, [T, B, ...].
 */
export { decode, elbo, logWeights, terms, type SequenceTerms } from "./bound";
export { filter, initialState, type Filtered, type Observed } from "./filter";
export {
  loss,
  lossWithStates,
  type DrawnStates,
  type SequenceLossOptions,
  type SequenceMetrics,
} from "./loss";
export { init, ofLinearGaussian, type SequenceVae, type SequenceVaeOptions } from "./model";
export { predict, sample, stateAt, type PredictOptions, type SequenceSampleOptions } from "./open-loop";
export type { BodyOptions, Reader, Writer } from "./parts/bodies";
export {
  initDecoder,
  type Decoder,
  type DecoderOptions,
  type LinearGaussianDecoder,
  type NetworkDecoder,
} from "./parts/decoder";
export {
  initEncoder,
  type Encoder,
  type EncoderOptions,
  type ExactEncoder,
  type NetworkEncoder,
} from "./parts/encoder";
export type { Gaussian, GaussianHead, HeadOptions } from "./parts/gaussian";
export type { Memory, MemoryOptions, Sees } from "./parts/memory";
export {
  features,
  initPrior,
  sizes,
  type ChainPrior,
  type LinearGaussianPrior,
  type Prior,
  type PriorOptions,
  type PriorSizes,
  type RecurrentPrior,
  type State,
} from "./parts/prior";
export { infer, type Posterior } from "./posterior";
export type { Sequences } from "./sequences";

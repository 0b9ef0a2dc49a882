/**
 * Training by gradient descent on minibatches: `fit`, its minibatches, early stopping, and checkpoints.
 *
 * @module latent/train
 */
export * from "./checkpoint";
export * from "./early-stopping";
export * from "./fit";
export * from "./minibatches";

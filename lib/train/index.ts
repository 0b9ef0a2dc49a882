/** Training by gradient descent on minibatches: `fit`, its minibatches, early stopping, and checkpoints. */
export * from "./checkpoint";
export * from "./early-stopping";
export * from "./fit";
export * from "./minibatches";

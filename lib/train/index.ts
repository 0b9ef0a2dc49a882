export * from "./checkpoint";
export * from "./early-stopping";
export * from "./fit";
export * from "./minibatches";

export * from "./checkpoint";
export * from "./early-stopping";
export * from "./em";
export * from "./fit";
export * from "./importance";
export * from "./minibatches";

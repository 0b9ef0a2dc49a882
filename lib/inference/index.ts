export * from "./fit";
export * from "./importance";
export * from "./minibatches";

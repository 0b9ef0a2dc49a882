export * from "./activations";
export * from "./dense";
export * from "./mlp";

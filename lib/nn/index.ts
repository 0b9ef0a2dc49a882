export * from "./activations";
export * from "./conv";
export * from "./dense";
export * from "./group-norm";
export * from "./mlp";
export * from "./recurrent";

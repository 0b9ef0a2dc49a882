export * from "./binarize";
export * from "./idx";
export * from "./mnist";

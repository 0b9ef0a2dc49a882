export * as tf from "@tensorflow/tfjs";
export * from "./core";
export * from "./data";
export * from "./distributions";
export * from "./estimators";
export * from "./inference";
export * from "./models";
export * from "./nn";

export * as tf from "@tensorflow/tfjs";
export * from "./core";

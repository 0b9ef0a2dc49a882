/** Linear-quadratic control, and the Kalman filter, its dual. */
export * as kalman from "./kalman";
export { localLqr, linearQuadratic } from "./local-lqr";
export { lqr, type LqrControl, type LqrProblem, type LqrSolution } from "./lqr";

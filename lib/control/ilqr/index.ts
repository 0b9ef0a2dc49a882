/** Iterative LQR with control limits. */
export { ilqr, type IlqrOptions, type IlqrPlan } from "./ilqr";

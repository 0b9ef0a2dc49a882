/** Returns of episodes, and of parts of them. */
export { lambdaReturns, type Steps } from "./lambda-returns";

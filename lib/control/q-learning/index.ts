/** Q-learning with networks, for discrete actions. */
export { epsilonGreedy } from "./epsilon-greedy";
export type { CopiedTarget, HuberLoss, PolyakTarget } from "./q-learning";
export { qLearning, type QLearning, type QLearningOptions, type QNetwork, type QState } from "./q-learning";

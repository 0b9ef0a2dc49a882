/**
 * Agents: what learns from transitions or sequences, and the loop around it.
 *
 * Read in this order: 1. `agent.ts` and `recurrent-agent.ts`, the two interfaces; 2. `train-agent.ts`, the
 * loop: collect, update, evaluate, report, save; 3. `evaluate.ts`; 4. `run-file.ts`, what a saved run holds.
 */
export type { Agent, AgentUpdate } from "./agent";
export type { EpisodeRecord, EvaluationRecord, LearningCurve } from "./curve";
export { evaluate, type EvaluateOptions, type Evaluation } from "./evaluate";
export type { AgentHook, AgentProgress, TrainAgentOptions } from "./options";
export {
  recurrentPolicy,
  type RecurrentAgent,
  type RecurrentPolicy,
  type Remembered,
  type SequenceBatch,
} from "./recurrent-agent";
export { trainAgent, type AgentRun } from "./train-agent";

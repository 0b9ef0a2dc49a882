/**
 * Replay: steps of batched environments, kept in the order of time and drawn as transitions of n steps or as
 * sequences.
 *
 * Read in this order: 1. `step.ts`, what enters and what leaves; 2. `ring.ts`, which slot holds what;
 * 3. `store.ts`, what is kept and how steps are added; 4. `transitions.ts` and `sequences.ts`, the draws;
 * 5. `priorities.ts`, on `sum-tree.ts`; 6. `replay.ts`, all of it as one object; 7. `save.ts`.
 */
export type { BytesOption } from "./columns";
export type { PriorityOptions } from "./priorities";
export { replay, type Replay } from "./replay";
export { loadReplay, saveReplay } from "./save";
export type { SequenceOptions } from "./sequences";
export type { Sample, Sequences, Step, Transitions } from "./step";
export type { ReplayOptions } from "./store";
export type { SampleOptions } from "./transitions";

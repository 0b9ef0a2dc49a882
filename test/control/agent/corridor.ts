import { adam, random, schedules, tf, tree } from "latent";
import { qLearning, type TrainAgentOptions, type QState } from "latent/control";
import { box, discrete, type Environment } from "latent/envs";

/** The state of corridors. */
export interface CorridorState {
  /** The cell, [B] int32. */
  readonly cell: tf.Tensor1D;
  readonly time: tf.Tensor1D;
}

export const CELLS = 4;
export const GAMMA = 0.8;
/** Episodes are cut after so many steps. */
export const LIMIT = 5;

/**
 * A corridor of four cells, left and right, that starts anywhere. A step to the right from the last cell
 * gives 1 and stays there; one to the left from the first cell gives 0.5 and terminates. Episodes are cut.
 */
export function move(cell: number, action: number): { to: number; reward: number; ends: boolean } {
  if (action === 0)
    return cell === 0 ? { to: 0, reward: 0.5, ends: true } : { to: cell - 1, reward: 0, ends: false };
  const last = cell === CELLS - 1;
  return { to: last ? cell : cell + 1, reward: last ? 1 : 0, ends: false };
}

/** Q* by value iteration, [cell][action]: 300 times γ = 0.8 leaves 10⁻²⁹. */
export function valueIteration(): number[][] {
  let q = Array.from({ length: CELLS }, () => [0, 0]);
  for (let i = 0; i < 300; i++)
    q = q.map((_, cell) =>
      [0, 1].map((action) => {
        const { to, reward, ends } = move(cell, action);
        return reward + (ends ? 0 : GAMMA * Math.max(...(q[to] ?? [])));
      }),
    );
  return q;
}

export function corridor(): Environment<CorridorState, object> {
  const table = (f: (cell: number, action: number) => number): tf.Tensor1D =>
    tf.tensor1d(
      Array.from({ length: 2 * CELLS }, (_, i) => f(Math.floor(i / 2), i % 2)),
      "float32",
    );
  const observe = (cell: tf.Tensor1D): tf.Tensor => tf.oneHot(cell, CELLS).cast("float32");
  return {
    name: "corridor",
    params: {},
    observationSpace: () => box([CELLS], { low: 0, high: 1 }),
    actionSpace: () => discrete(2),
    reset: (key, n) =>
      tree.tidy(() => {
        const cell = random.randint(key, [n], { max: CELLS }) as tf.Tensor1D;
        return [{ cell, time: tf.zeros([n], "int32") }, observe(cell)] as const;
      }),
    step: (_key, { cell, time }, action) =>
      tree.tidy(() => {
        const index = cell.mul(tf.scalar(2, "int32")).add<tf.Tensor1D>(action);
        const look = (f: (cell: number, action: number) => number) => tf.gather(table(f), index);
        const next = look((c, a) => move(c, a).to).cast<tf.Tensor1D>("int32");
        const later = time.add<tf.Tensor1D>(tf.scalar(1, "int32"));
        return {
          state: { cell: next, time: later },
          observation: observe(next),
          reward: look((c, a) => move(c, a).reward),
          terminated: look((c, a) => Number(move(c, a).ends)).cast<tf.Tensor1D>("bool"),
          truncated: later.greaterEqual(LIMIT).cast<tf.Tensor1D>("bool"),
        };
      }),
    render: () => tf.zeros([1, 1, 1, 3]),
  };
}

/** Q as a table: the observation is one-hot. */
export const agent = qLearning<tf.Tensor>({
  network: (table, observation) => observation.matMul(table),
  optimizer: adam({ learningRate: schedules.exponential({ from: 0.05, to: 1e-4, steps: 2000 }) }),
  epsilon: 1,
  target: { polyak: 0.05 },
  loss: "squared",
});

export type CorridorOptions = TrainAgentOptions<QState<tf.Tensor>, CorridorState, object>;

/** Options of a run; the state is freed by the caller. */
export function corridorOptions(steps: number): CorridorOptions {
  return {
    agent,
    state: agent.init(tf.zeros([CELLS, 2])),
    env: corridor(),
    steps,
    copies: 4,
    key: random.key(1),
    replay: { capacity: 2000 },
    batchSize: 32,
    discount: GAMMA,
    learnFrom: 100,
    updatesPerStep: 0.5,
  };
}

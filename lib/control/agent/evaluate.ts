import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Environment, Policy } from "../../envs";
import { compiledStep, type StepFunction } from "./compiled-step";
import { loopPolicy, replaceMemory, type Memory } from "./kinds";
import type { RecurrentPolicy } from "./recurrent-agent";

/** Options of {@link evaluate}. */
export interface EvaluateOptions<P> {
  /** The number of episodes, which are run side by side. */
  readonly episodes: number;
  /** The number of steps after which an episode that has not ended is an error; 10,000 by default. */
  readonly maxSteps?: number;
  /** The parameters of the system; those of the environment by default. */
  readonly params?: P;
}

/** What the episodes of an evaluation gave. */
export interface Evaluation {
  /** The sum of the rewards of each episode, without a discount. */
  readonly returns: readonly number[];
  /** The number of steps of each episode. */
  readonly lengths: readonly number[];
}

/**
 * Runs a policy for some episodes, each to its first end. The same key gives the same starts and the same
 * noise, so that policies can be compared on the same episodes.
 *
 * @param policy (observation, key) → actions, or one that remembers the episode.
 * @throws if an option is out of range, or an episode does not end.
 */
export async function evaluate<S extends object, P>(
  env: Environment<S, P>,
  policy: Policy | RecurrentPolicy<Memory>,
  key: random.Key,
  options: EvaluateOptions<P>,
): Promise<Evaluation> {
  const step = compiledStep(env.step.bind(env), options.params ?? env.params, env.name);
  try {
    return await runEpisodes(env, step, loopPolicy(policy), key, options);
  } finally {
    step.dispose();
  }
}

/** The time between turns of the event loop, ms. */
const TURN = 20;

/** The same with a step that has been compiled before. */
export async function runEpisodes<S extends object, P>(
  env: Environment<S, P>,
  step: StepFunction<S>,
  policy: RecurrentPolicy<Memory>,
  key: random.Key,
  { episodes, maxSteps = 10_000, params = env.params }: EvaluateOptions<P>,
): Promise<Evaluation> {
  checkCount("evaluate", "episodes", episodes, 1);
  checkCount("evaluate", "maxSteps", maxSteps, 1);
  const [startKey, stepsKey] = random.split(key);
  const returns = new Array<number>(episodes).fill(0);
  const lengths = new Array<number>(episodes).fill(0);
  const running = new Set(returns.keys());
  let [state, observation] = tree.tidy(() => env.reset(startKey, episodes, params));
  let memory = tree.tidy(() => policy.begin(episodes));
  let turn = performance.now();
  try {
    for (let t = 0; running.size > 0; t++) {
      if (t === maxSteps)
        throw new Error(
          `evaluate: ${running.size} of ${episodes} episodes of ${env.name} had not ended ` +
            `after ${maxSteps} steps; wrap it with timeLimit, or raise maxSteps`,
        );
      const [policyKey, stepKey] = random.split(random.fold(stepsKey, t));
      const before: [S, tf.Tensor, Memory] = [state, observation, memory];
      const { reward, terminated, truncated, ...after } = tree.tidy(() => {
        const chosen = policy.act(before[2], before[1], policyKey);
        return { ...step(stepKey, before[0], chosen.action), memory: chosen.memory };
      });
      tree.dispose([before[0], before[1]]);
      memory = replaceMemory(before[2], after.memory);
      ({ state, observation } = after);
      const [rewards, ...ends] = [reward, terminated, truncated].map((x) => x.dataSync());
      tree.dispose([reward, terminated, truncated]);
      for (const b of running) {
        returns[b] = (returns[b] ?? 0) + (rewards?.[b] ?? NaN);
        lengths[b] = t + 1;
        if (ends.some((end) => Boolean(end[b]))) running.delete(b);
      }
      if (performance.now() - turn < TURN) continue;
      await new Promise(setImmediate);
      turn = performance.now();
    }
  } finally {
    tree.dispose([state, observation, memory]);
  }
  return { returns, lengths };
}

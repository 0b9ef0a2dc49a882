import type { Mdp } from "../mdp/mdp";
import type { Episode } from "../mdp/sample";
import { behaviour, checkBehaviour, checkEpisode, type BehaviourOptions } from "./behaviour";
import { addRow, checkFeatures, featureCounts, type Features } from "./features";

/**
 * Episodes of people who pursue rewards with the same weights in one process. Several tasks, such as one for
 * each destination, may share the weights.
 */
export interface Task {
  /** The process. */
  readonly model: Mdp;
  /** Its features; all tasks have the same number. */
  readonly features: Features;
  /** What people did. */
  readonly episodes: readonly Episode[];
}

/** The objective of inverse reinforcement learning for given weights, with its gradient. */
export interface RewardObjective {
  /** The mean over the episodes, in nats. */
  readonly value: number;
  /** Its gradient with respect to the weights, [F]. */
  readonly gradient: Float64Array;
}

/**
 * Returns how well weights explain what people did, and the gradient: of the objectives of {@link
 * BehaviourOptions}, a log-likelihood or the dual of maximum causal entropy (Ziebart et al. 2008; Ziebart,
 * Bagnell & Dey 2010). The gradients of `features` and `paths` are features of the episodes minus expected
 * features.
 *
 * The expectations are exact, by a backward recursion of E[features to go | s], the gradient of V(s).
 *
 * @param weights θ, [F].
 * @throws if an episode is not possible in its process, sizes do not fit together, or the values do not
 *   converge.
 */
export function rewardObjective(
  tasks: readonly Task[],
  weights: Float64Array,
  options: BehaviourOptions = {},
): RewardObjective {
  checkTasks("inverseRl.rewardObjective", tasks, options);
  const found = evaluate(tasks, weights, options);
  if (found !== undefined) return found;
  throw new Error(
    "inverseRl.rewardObjective: the values of these weights must converge; lower them, or use a discount",
  );
}

/** Throws unless there are tasks whose episodes are possible; returns F. */
export function checkTasks(caller: string, tasks: readonly Task[], options: BehaviourOptions): number {
  const [first] = tasks;
  if (first === undefined || tasks.every(({ episodes }) => episodes.length === 0))
    throw new Error(`${caller}: tasks must have at least one episode, got none`);
  checkBehaviour(caller, options);
  tasks.forEach(({ model, features, episodes }, i) => {
    checkFeatures(caller, model, features);
    if (features.count !== first.features.count)
      throw new Error(
        `${caller}: tasks must have the same number of features, ` +
          `got ${first.features.count} and ${features.count}`,
      );
    episodes.forEach((episode, n) => {
      checkEpisode(caller, `tasks[${i}].episodes[${n}]`, model, episode, options.horizon);
    });
  });
  return first.features.count;
}

/** As `rewardObjective`, without checks; undefined if the values do not converge. */
export function evaluate(
  tasks: readonly Task[],
  weights: Float64Array,
  options: BehaviourOptions,
): RewardObjective | undefined {
  const gradient = new Float64Array(weights.length);
  let [value, count] = [0, 0];
  for (const { model, features, episodes } of tasks) {
    if (episodes.length === 0) continue;
    const soft = behaviour(model, features, weights, options);
    if (soft === undefined) return undefined;
    for (const episode of episodes) {
      count++;
      const { states, actions } = episode;
      if ((options.objective ?? "actions") === "actions")
        actions.forEach((a, t) => {
          const s = states[t] ?? 0;
          const row = s * model.actions + a;
          value += (soft.actionValues(t)[row] ?? NaN) - (soft.values(t)[s] ?? NaN); //  log π(a|s)
          addRow(gradient, soft.actionFeatures(t), row);
          addRow(gradient, soft.features(t), s, -1);
        });
      else {
        const f = featureCounts(model, features, episode, options.discount);
        const s0 = states[0] ?? 0;
        f.forEach((x, k) => (value += x * (weights[k] ?? NaN)));
        value -= soft.values(0)[s0] ?? NaN; //                            θᵀ f − V_0(s_0)
        addRow(gradient, f, 0);
        addRow(gradient, soft.features(0), s0, -1);
      }
    }
  }
  return { value: value / count, gradient: gradient.map((g) => g / count) };
}

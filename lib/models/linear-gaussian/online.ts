import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import {
  checkMissing,
  formOf,
  predict,
  splitMissing,
  update,
  type Belief,
  type FilterOptions,
} from "./filter";
import { sizes, timeFirst, type LinearGaussian, type LinearMap } from "./model";
import { checkSequence, sequenceOf, type MapAt } from "./sequence";

/** What is known about the state of B systems now. */
export interface StateBelief {
  /** [B, X]. */
  readonly mean: tf.Tensor;
  /** The covariance that they share, [X, X]; with `squareRoot` a factor F of it, P = F Fᵀ. */
  readonly spread: tf.Tensor;
}

/** A belief after an observation. */
export interface Observed {
  /** p(x_t|o_1 … o_t). */
  readonly belief: StateBelief;
  /** log p(o_t|o_1 … o_{t−1}) in nats, [B]. */
  readonly logProb: tf.Tensor;
}

/** Options of the online filter. */
export type OnlineOptions = Pick<FilterOptions, "squareRoot">;

/** One map of a model without tensors that change over time, for one input u_t, [B, U]. */
function mapAt(
  caller: string,
  params: LinearGaussian,
  name: "transition" | "observation",
  { input, batch, options }: { input: tf.Tensor | undefined; batch: number; options: OnlineOptions },
): MapAt {
  const { matrix, bias, scaleTril, input: effect } = params[name];
  if (matrix.rank > 2 || bias.rank > 1 || scaleTril.rank > 2)
    throw new Error(
      `${caller}: the tensors of ${name} must be the same at all times, got some with an axis of time; ` +
        "give those of the current time",
    );
  const size = effect?.shape.at(-1);
  if ((size === undefined) !== (input === undefined))
    throw new Error(
      size === undefined
        ? `${caller}: input is given, and ${name}.input is absent; leave it out`
        : `${caller}: the model has ${name}.input, so input must be [B=${batch}, U=${size}], got none`,
    );
  if (input !== undefined) checkShape(caller, "input", input, [`B=${batch}`, `U=${size ?? 0}`]);
  // The other map may have an input of its own, which has no effect here
  const alone = {
    ...params,
    transition: withoutInput(params.transition),
    observation: withoutInput(params.observation),
  };
  const used = { ...alone, [name]: params[name] };
  const inputs = input?.expandDims(1); //                                                     [B, 1, U]
  checkSequence(caller, used, { steps: 1, batch, inputs });
  const { varying, at } = sequenceOf(used, inputs, formOf(options).ofNoise);
  return at(tree.map((x) => x.squeeze<tf.Tensor>([0]), varying))[name];
}

function withoutInput({ matrix, bias, scaleTril }: LinearMap): LinearMap {
  return { matrix, bias, scaleTril };
}

/**
 * Returns p(x_1), the belief before the first observation.
 *
 * @param batch B, the number of systems; 1 by default.
 * @throws if B is not a positive integer.
 */
export function start(params: LinearGaussian, batch = 1, options: OnlineOptions = {}): StateBelief {
  checkCount("linearGaussian.start", "batch", batch, 1);
  return tree.tidy(() => ({
    mean: params.initial.mean.add(tf.zeros([batch, 1])),
    spread: formOf(options).ofNoise(params.initial.scaleTril),
  }));
}

/**
 * Returns the belief after one more observation, and its log-likelihood: the filter, one step at a time.
 *
 * @param belief p(x_t|o_1 … o_{t−1}), [B, X].
 * @param observation o_t, [B, O], NaN where it is missing.
 * @param options `input`: u_t, [B, U], of a model whose observations depend on it.
 * @throws if a tensor has a different shape, or the model changes over time.
 */
export function observe(
  params: LinearGaussian,
  belief: StateBelief,
  observation: tf.Tensor,
  { input, ...options }: OnlineOptions & { readonly input?: tf.Tensor } = {},
): Observed {
  const caller = "linearGaussian.observe";
  const batch = checkBelief(caller, params, belief);
  checkShape(caller, "observation", observation, [`B=${batch}`, `O=${sizes(params)[1]}`]);
  return tree.tidy(() => {
    const rows = observation.expandDims(1); //                                                [B, 1, O]
    checkMissing(caller, rows);
    const map = mapAt(caller, params, "observation", { input, batch, options });
    const { o, observed } = splitMissing(timeFirst(rows));
    return update(formOf(options), map, {
      belief,
      o: o.squeeze([0]),
      observed: observed.squeeze([0]),
    });
  });
}

/**
 * Returns the belief about the next state, p(x_{t+1}|o_1 … o_t).
 *
 * @param belief p(x_t|o_1 … o_t), [B, X].
 * @param options `input`: u_t, [B, U], of a model whose transition depends on it.
 * @throws if a tensor has a different shape, or the model changes over time.
 */
export function advance(
  params: LinearGaussian,
  belief: StateBelief,
  { input, ...options }: OnlineOptions & { readonly input?: tf.Tensor } = {},
): StateBelief {
  const caller = "linearGaussian.advance";
  const batch = checkBelief(caller, params, belief);
  return tree.tidy((): Belief => {
    const map = mapAt(caller, params, "transition", { input, batch, options });
    return predict(formOf(options), map, belief);
  });
}

/** Checks a belief, and returns B. */
function checkBelief(caller: string, params: LinearGaussian, { mean, spread }: StateBelief): number {
  const [size] = sizes(params);
  checkShape(caller, "belief.mean", mean, ["B", `X=${size}`]);
  checkShape(caller, "belief.spread", spread, [`X=${size}`, `X=${size}`]);
  return mean.shape[0];
}

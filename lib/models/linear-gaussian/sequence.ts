import * as tf from "@tensorflow/tfjs";
import { checkShape, showShape, type Axis } from "../../core/tensor/shape";
import { sizes, timeFirst, type LinearGaussian, type LinearMap } from "./model";

/** N(A x + c, Σ) at one time. */
export interface MapAt {
  /** A, [to, X]. */
  readonly matrix: tf.Tensor;
  /** c = b + B u, [to], or [1, to] or [B, to] where it changes over time. */
  readonly offset: tf.Tensor;
  /** What holds Σ. */
  readonly noise: tf.Tensor;
}

/** Both maps at one time. */
export interface MapsAt {
  readonly transition: MapAt;
  readonly observation: MapAt;
}

/** Returns A x + c for each row of x: [B, X] to [B, to]. */
export function mean({ matrix, offset }: Pick<MapAt, "matrix" | "offset">, x: tf.Tensor): tf.Tensor {
  return tf.matMul(x, matrix, false, true).add(offset);
}

/** What changes over time, by name: [T, ...] each, or the entries of one time. */
type Varying = Readonly<Record<string, tf.Tensor>>;

/** The maps of a model at T times, for `scan`. */
export interface Sequence {
  /** [T, ...] each. */
  readonly varying: Varying;
  /** Returns the maps at one time, given the entries of `varying` for it. */
  readonly at: (now: Varying) => MapsAt;
}

/**
 * Returns the maps of a model at each time.
 *
 * @param inputs u, [T, U], or [B, T, U] for a batch.
 * @param ofNoise from a Cholesky factor, [..., to, to], to what is to hold the covariance.
 */
export function sequenceOf(
  { transition, observation }: LinearGaussian,
  inputs: tf.Tensor | undefined,
  ofNoise: (scaleTril: tf.Tensor) => tf.Tensor,
): Sequence {
  const varying: Record<string, tf.Tensor> = {};
  const u = inputs && timeFirst(inputs); //                                                    [T, B, U]
  const part = (name: string, value: tf.Tensor, rank: number): ((now: Varying) => tf.Tensor) => {
    if (value.rank > rank) varying[name] = value;
    return (now) => now[name] ?? value;
  };
  const mapOf = (name: string, map: LinearMap): ((now: Varying) => MapAt) => {
    const matrix = part(`${name}.matrix`, map.matrix, 2);
    const offset = part(`${name}.offset`, offsets(map, u), 1);
    const noise = part(`${name}.noise`, ofNoise(map.scaleTril), 2);
    return (now) => ({ matrix: matrix(now), offset: offset(now), noise: noise(now) });
  };
  const [transitionAt, observationAt] = [mapOf("transition", transition), mapOf("observation", observation)];
  return { varying, at: (now) => ({ transition: transitionAt(now), observation: observationAt(now) }) };
}

/** b + B u, [to], or [T, 1, to] or [T, B, to] where it changes over time. */
function offsets({ bias, input }: LinearMap, u: tf.Tensor | undefined): tf.Tensor {
  const own = bias.rank === 2 ? bias.expandDims(1) : bias;
  if (input === undefined || u === undefined) return own;
  const [steps = 0, runs = 0, size = 0] = u.shape;
  const effect =
    input.rank === 3
      ? tf.matMul(u, input, false, true)
      : tf.matMul(u.reshape([-1, size]), input, false, true).reshape([steps, runs, -1]);
  return effect.add(own);
}

/** The number of times and of sequences, and what enters. */
export interface Extent {
  /** T. */
  readonly steps: number;
  /** B, or `undefined` without a batch axis. */
  readonly batch: number | undefined;
  readonly inputs: tf.Tensor | undefined;
}

/** Throws unless the tensors of the model fit together, and to the number of times. */
export function checkSequence(
  caller: string,
  params: LinearGaussian,
  { steps, batch, inputs }: Extent,
): void {
  const [X, O] = sizes(params);
  const times = `a tensor that changes over time has an entry for each of the ${steps} observations`;
  for (const [name, map, to] of [
    ["transition", params.transition, `X=${X}`],
    ["observation", params.observation, `O=${O}`],
  ] as const) {
    const check = (part: string, value: tf.Tensor, axes: readonly Axis[]): void => {
      const isVarying = value.rank > axes.length;
      const expected = isVarying ? [`T=${steps}`, ...axes] : axes;
      checkShape(caller, `${name}.${part}`, value, expected, isVarying ? times : undefined);
    };
    check("matrix", map.matrix, [to, `X=${X}`]);
    check("bias", map.bias, [to]);
    check("scaleTril", map.scaleTril, [to, to]);
    if (map.input) check("input", map.input, [to, "U"]);
  }
  checkInputs(caller, params, { steps, batch, inputs });
}

function checkInputs(
  caller: string,
  { transition, observation }: LinearGaussian,
  { steps, batch, inputs }: Extent,
): void {
  const [name, matrix] = transition.input
    ? ["transition.input", transition.input]
    : ["observation.input", observation.input];
  if (matrix === undefined) {
    if (inputs === undefined) return;
    throw new Error(
      `${caller}: inputs are given (${showShape(inputs.shape)}) to a model that has none; ` +
        "give transition.input or observation.input, the matrices B of B u_t, to linearGaussian.create",
    );
  }
  const size = matrix.shape.at(-1) ?? 0;
  const shape = [`T=${steps}`, `U=${size}`];
  if (inputs === undefined)
    throw new Error(`${caller}: the model has ${name}, so inputs must be [${shape.join(", ")}], got none`);
  if (inputs.rank === 3 && batch !== undefined)
    checkShape(caller, "inputs", inputs, [`B=${batch}`, ...shape]);
  else
    checkShape(
      caller,
      "inputs",
      inputs,
      shape,
      "the last input leads out of the sequence: give any number for it",
    );
  if (transition.input && observation.input)
    checkShape(caller, "observation.input", observation.input, [
      ...observation.input.shape.slice(0, -1),
      `U=${size}`,
    ]);
}

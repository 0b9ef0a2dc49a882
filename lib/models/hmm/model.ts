import * as tf from "@tensorflow/tfjs";
import { checkMatrix, checkVector } from "../../core/numeric/check-matrix";
import type { Matrix } from "../../core/numeric/symmetric-matrix";
import { checkShape, showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { Distribution } from "../../distributions/base/distribution";

/**
 * A hidden Markov model: a chain of states 0 … K − 1, of which each emits an observation (Rabiner 1989). It
 * is the discrete twin of the linear-Gaussian model.
 */
export interface Hmm {
  /** log p(z_1), up to a constant, [K]. */
  readonly initial: tf.Tensor;
  /** log p(z_{t+1} = j|z_t = i) at row i and column j, each row up to a constant, [K, K]. */
  readonly transition: tf.Tensor;
  /**
   * p(o_t|z_t), a batch [K] over observations [...E], such as `categorical(logits)` with logits [K, V] or
   * `independent(normal(mu, sigma))` with mu and sigma [K, D].
   */
  readonly emissions: Distribution;
}

/** A hidden Markov model with probabilities in plain numbers. */
export interface HmmNumbers {
  /** p(z_1), [K]. */
  readonly initial: readonly number[];
  /** p(z_{t+1} = j|z_t = i) at row i and column j, [K][K]. */
  readonly transition: Matrix;
  /** p(o_t|z_t), a batch [K]; the model uses its tensors. */
  readonly emissions: Distribution;
}

/** The largest difference from 1 of a sum of probabilities that were rounded to float32. */
const ROUNDING = 1e-5;

/**
 * Returns the model with the given probabilities; 0 forbids a state or a transition.
 *
 * @throws if the sizes do not match, a probability is negative or not finite, or they do not sum to 1.
 */
export function create({ initial, transition, emissions }: HmmNumbers): Hmm {
  const size = initial.length;
  if (size === 0) throw new Error("hmm.create: initial must have at least one number, got none");
  checkVector("hmm.create", "initial", initial, size);
  checkMatrix("hmm.create", "transition", transition, [size, size]);
  [initial, ...transition].forEach((row, i) => {
    const name = i === 0 ? "initial" : `transition[${i - 1}]`;
    const sum = row.reduce((total, p) => total + p, 0);
    if (row.some((p) => p < 0) || Math.abs(sum - 1) > ROUNDING)
      throw new Error(`hmm.create: ${name} must be probabilities that sum to 1, got [${row.join(", ")}]`);
  });
  if (showShape(emissions.batchShape) !== showShape([size]))
    throw new Error(
      `hmm.create: emissions must be a batch [K=${size}], got a batch ${showShape(emissions.batchShape)}; ` +
        "wrap it in independent(...) if observations are vectors",
    );
  return tree.tidy(() => ({
    initial: tf.tensor1d([...initial]).log(),
    transition: tf.tensor2d(transition.map((row) => [...row])).log(),
    emissions,
  }));
}

/** Returns K. */
export function states({ initial }: Hmm): number {
  return initial.size;
}

/** Checks observations, and returns whether they are a batch. */
export function checkObservations(caller: string, { emissions }: Hmm, x: tf.Tensor): boolean {
  const event = emissions.eventShape;
  const batched = x.rank === event.length + 2;
  if (batched) checkShape(caller, "observations", x, ["B", "T", ...event]);
  else
    checkShape(
      caller,
      "observations",
      x,
      ["T", ...event],
      `use [${["B", "T", ...event].join(", ")}] for a batch`,
    );
  if (x.shape[batched ? 1 : 0] === 0)
    throw new Error(`${caller}: observations must have at least one time step, got ${showShape(x.shape)}`);
  return batched;
}

/** Returns log p(o_t|z_t) for each state, time first, [T, B, K]. */
export function emissionLogProbs({ emissions }: Hmm, x: tf.Tensor, batched: boolean): tf.Tensor {
  const rows = batched ? x : x.expandDims(0); //                              [B, T, ...E]
  const at = rows.rank - emissions.eventShape.length;
  const each = emissions.logProb(rows.expandDims(at)); //                     [B, T, K]
  return each.transpose([1, 0, 2]);
}

/** Moves the time of [T, B, ...] behind the batch, or drops the batch. */
export function batchFirst(x: tf.Tensor, batched: boolean): tf.Tensor {
  if (!batched) return x.squeeze([1]);
  return x.transpose([1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]);
}

import * as tf from "@tensorflow/tfjs";
import { showShape, sizeOf } from "../core/tensor/shape";
import { unstack } from "../core/tensor/unstack";
import type { Bernoulli } from "../distributions/discrete/bernoulli";
import type { Categorical } from "../distributions/discrete/categorical";
import type { Distribution } from "../distributions/base/distribution";
import type { Independent } from "../distributions/composite/independent";

/** The distributions with finitely many outcomes. */
export type Finite = Bernoulli | Categorical | Independent<Bernoulli> | Independent<Categorical>;

/** A distribution without the `independent` around it, if there is one. */
export function baseOf(q: Distribution): Distribution {
  return q.kind === "independent" ? baseOf((q as Independent).base) : q; // the kind says which type it is
}

/** The base of a finite distribution. */
export function finiteBase(caller: string, q: Distribution): Bernoulli | Categorical {
  const base = baseOf(q);
  if (base.kind === "bernoulli" || base.kind === "categorical") return base as Bernoulli | Categorical; // the kind says so
  throw new Error(
    `${caller}: q must be bernoulli, categorical, or independent of these, got a distribution of kind ` +
      `"${base.kind}"; use pathwise() or scoreFunction()`,
  );
}

/** How many values one variable of a base has. */
export const valuesOf = (base: Bernoulli | Categorical): number =>
  base.kind === "bernoulli" ? 2 : (base.logits.shape.at(-1) ?? 0);

/** The probabilities of the values of a variable, each [...]. */
export const probabilitiesOf = (base: Bernoulli | Categorical): tf.Tensor[] =>
  base.kind === "bernoulli" ? [base.logits.neg().sigmoid(), base.probs()] : unstack(base.probs(), -1);

/** The most outcomes that are listed. */
const MOST_OUTCOMES = 65_536;

/**
 * All outcomes of a finite distribution, [outcomes, ...B, ...E]: of E variables with K values each there are Kᴱ, in the order of
 * the numbers that they are as digits to the base K.
 *
 * @throws when q is not finite, or has more than 65,536 outcomes.
 */
export function outcomesOf(caller: string, q: Distribution): tf.Tensor {
  const base = finiteBase(caller, q);
  const [values, variables] = [valuesOf(base), sizeOf(q.eventShape)];
  const count = values ** variables;
  if (count > MOST_OUTCOMES)
    throw new Error(
      `${caller}: q must have at most ${MOST_OUTCOMES} outcomes, got ${variables} variables with ${values} values each ` +
        `(event ${showShape(q.eventShape)}); use scoreFunction() or measureValued()`,
    );
  return tf.tidy(() => {
    const digits = Int32Array.from({ length: count * variables }, (_, i) => {
      const place = variables - 1 - (i % variables);
      return Math.floor(Math.floor(i / variables) / values ** place) % values;
    });
    const ones = q.batchShape.map(() => 1);
    const dtype = base.kind === "bernoulli" ? "float32" : "int32"; // as the draws are
    return tf
      .tensor(digits, [count, ...ones, ...q.eventShape], dtype)
      .tile([1, ...q.batchShape, ...q.eventShape.map(() => 1)]);
  });
}

import * as tf from "@tensorflow/tfjs";
import { showShape, sizeOf } from "../core/tensor/shape";
import { unstack } from "../core/tensor/unstack";
import type { Bernoulli } from "../distributions/discrete/bernoulli";
import type { Categorical } from "../distributions/discrete/categorical";
import type { Distribution } from "../distributions/base/distribution";
import type { Independent } from "../distributions/composite/independent";

/** The distributions with finitely many outcomes. */
export type Finite = Bernoulli | Categorical | Independent<Bernoulli> | Independent<Categorical>;

/** The distribution inside any `independent` wrappers. */
export function baseOf(q: Distribution): Distribution {
  return q.kind === "independent" ? baseOf((q as Independent).base) : q; // `kind` determines the type
}

/**
 * The distribution inside any `independent` wrappers, which must have finitely many outcomes.
 *
 * @throws if it has not.
 */
export function finiteBase(caller: string, q: Distribution): Bernoulli | Categorical {
  const base = baseOf(q);
  // `kind` determines the type
  if (base.kind === "bernoulli" || base.kind === "categorical") return base as Bernoulli | Categorical;
  throw new Error(
    `${caller}: q must be bernoulli, categorical, or independent of these, got a distribution of kind ` +
      `"${base.kind}"; use pathwise() or scoreFunction()`,
  );
}

/** The number of values of one variable. */
export function valuesOf(base: Bernoulli | Categorical): number {
  return base.kind === "bernoulli" ? 2 : (base.logits.shape.at(-1) ?? 0);
}

/** The probabilities of the values of each variable, one tensor [...B, ...E] per value. */
export function probabilitiesOf(base: Bernoulli | Categorical): tf.Tensor[] {
  return base.kind === "bernoulli" ? [base.logits.neg().sigmoid(), base.probs()] : unstack(base.probs(), -1);
}

const MAX_OUTCOMES = 65_536;

/**
 * Returns all outcomes of a finite distribution, [outcomes, ...B, ...E]: Kᴱ for E variables with K values
 * each, ordered as the base-K numbers whose digits they are.
 *
 * @throws if q is not finite, or has more than 65,536 outcomes.
 */
export function outcomesOf(caller: string, q: Distribution): tf.Tensor {
  const base = finiteBase(caller, q);
  const [values, variables] = [valuesOf(base), sizeOf(q.eventShape)];
  const count = values ** variables;
  if (count > MAX_OUTCOMES)
    throw new Error(
      `${caller}: q must have at most ${MAX_OUTCOMES} outcomes, ` +
        `got ${variables} variables with ${values} values each (event ${showShape(q.eventShape)}); ` +
        "use scoreFunction() or measureValued()",
    );
  return tf.tidy(() => {
    const digits = Int32Array.from({ length: count * variables }, (_, i) => {
      const place = variables - 1 - (i % variables);
      return Math.floor(Math.floor(i / variables) / values ** place) % values;
    });
    const ones = q.batchShape.map(() => 1);
    const dtype = base.kind === "bernoulli" ? "float32" : "int32"; // the dtype of draws
    return tf
      .tensor(digits, [count, ...ones, ...q.eventShape], dtype)
      .tile([1, ...q.batchShape, ...q.eventShape.map(() => 1)]);
  });
}

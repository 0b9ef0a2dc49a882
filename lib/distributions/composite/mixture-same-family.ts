import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { stopGradient } from "../../core/tensor/grad";
import * as random from "../../core/random";
import { broadcastShapes, showShape } from "../../core/tensor/shape";
import { logSumExp } from "../../core/tensor/special";
import { broadcastTo } from "../../core/tensor/broadcast";
import { categorical, type Categorical } from "../discrete/categorical";
import { checkEvent } from "../base/check-event";
import { sampleInto } from "../base/sample-into";
import type { Distribution } from "../base/distribution";
import { oneHot } from "../../core/tensor/one-hot";
import * as tree from "../../core/tensor/tree";

/** A batch of mixtures of K components of one family. */
export interface MixtureSameFamily<D extends Distribution = Distribution> extends Distribution {
  readonly kind: "mixtureSameFamily";
  /** p(z), the weights of the K components. */
  readonly mixing: Categorical;
  /** p(x|z), a batch that broadcasts to [...B, K]. */
  readonly components: D;
  /** p(z|x), the responsibilities: x [...S, ...B, ...E] to a batch [...S, ...B] over the K components. */
  posterior(x: tf.Tensor): Categorical;
}

/**
 * Returns the mixture p(x) = Σ_z p(z) p(x|z) of K components.
 *
 * Draws carry no gradient, because the component that a draw comes from is discrete. The entropy has no
 * closed form; the mean of `p.logProb(x).neg()` over draws estimates it.
 *
 * The batch [...B] is the broadcast of that of `mixing` and that of the components without K: components [K]
 * may be shared by weights [B, K], and the other way round.
 *
 * @param mixing p(z), a batch that broadcasts to [...B].
 * @param components p(x|z), a batch that broadcasts to [...B, K].
 * @throws if the last batch axis of the components is not K, or if the batches do not broadcast.
 */
export function mixtureSameFamily<D extends Distribution>(
  mixing: Categorical,
  components: D,
): MixtureSameFamily<D> {
  const [batchShape, count] = batchOf(mixing, components);
  const { eventShape } = components;
  const ones = eventShape.map(() => 1);

  /** log p(z) + log p(x|z), [...S, ...B, K]. */
  const logJoint = (caller: string, x: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const point = checkEvent(`mixtureSameFamily.${caller}`, x, batchShape, eventShape);
      const each = point.expandDims(x.rank - ones.length); // [...S, ...B, 1, ...E]
      return components.logProb(each).add(mixing.logits.logSoftmax());
    });

  /** f [...C, K, ...E] of the components as [...B, K, ...E]. */
  const full = (f: tf.Tensor): tf.Tensor => {
    const missing = batchShape.length + 1 - components.batchShape.length;
    const aligned = f.reshape([...Array<number>(missing).fill(1), ...f.shape]);
    return broadcastTo(aligned, [...batchShape, count, ...eventShape]);
  };

  /** Σ_z p(z) f_z of f [...B, K, ...E]. */
  const average = (f: tf.Tensor): tf.Tensor => {
    const p = mixing.probs();
    return f.mul(p.reshape([...p.shape, ...ones])).sum(batchShape.length);
  };

  return {
    kind: "mixtureSameFamily",
    ...inspectable,
    batchShape,
    eventShape,
    mixing,
    components,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const [mixingKey, componentsKey] = random.split(key);
        const draws = sampleInto(components, componentsKey, sampleShape, [...batchShape, count]);
        const each = stopGradient(draws); //                                            [...S, ...B, K, ...E]
        const logits = broadcastTo(mixing.logits, [...batchShape, count]);
        const z = categorical(logits).sample(mixingKey, sampleShape); // z ~ p(z)       [...S, ...B]
        const chosen = oneHot(z, count).reshape([...z.shape, count, ...ones]);
        return each.mul(chosen.cast(each.dtype)).sum(z.rank); //         x ~ p(x|z)     [...S, ...B, ...E]
      }),
    logProb: (x) => tf.tidy(() => logSumExp(logJoint("logProb", x))), // log Σ_z p(z) p(x|z)
    posterior: (x) => categorical(logJoint("posterior", x)), // p(z|x) ∝ p(z) p(x|z)
    mean: () => tf.tidy(() => average(full(components.mean()))),
    variance: () =>
      tf.tidy(() => {
        const means = full(components.mean());
        const centre = average(means).expandDims(batchShape.length);
        const within = full(components.variance());
        return average(within.add(means.sub(centre).square())); // E Var[x|z] + Var E[x|z]
      }),
  };
}

/** The batch shape B and the number of components K of a mixture. */
function batchOf(mixing: Categorical, components: Distribution): [batchShape: number[], count: number] {
  const count = mixing.logits.shape.at(-1) ?? 0;
  if (components.batchShape.at(-1) !== count)
    throw new Error(
      `mixtureSameFamily: the batch of components must be [..., K=${count}], ` +
        `got ${showShape(components.batchShape)}`,
    );
  const batchShape = broadcastShapes(
    "mixtureSameFamily",
    mixing.batchShape,
    components.batchShape.slice(0, -1),
  );
  return [batchShape, count];
}

tree.register<MixtureSameFamily, Pick<MixtureSameFamily, "mixing" | "components">>("mixtureSameFamily", {
  parts: ({ mixing, components }) => ({ mixing, components }),
  rebuild: ({ mixing, components }) => mixtureSameFamily(mixing, components),
});

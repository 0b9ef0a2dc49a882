import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { inspectable } from "../../core/show/inspectable";
import { broadcastTo } from "../../core/tensor/broadcast";
import { stopGradient } from "../../core/tensor/grad";
import { oneHot } from "../../core/tensor/one-hot";
import { broadcastShapes, showShape } from "../../core/tensor/shape";
import { logSumExp } from "../../core/tensor/special";
import { toFloat } from "../../core/tensor/to-float";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution } from "../base/distribution";
import { sampleInto } from "../base/sample-into";
import { categorical, type Categorical } from "../discrete/categorical";

/** A batch of mixtures of K components, which may be of different families. */
export interface Mixture extends Distribution {
  readonly kind: "mixture";
  /** p(z), the weights of the K components. */
  readonly mixing: Categorical;
  /** p(x|z), K distributions over outcomes of one shape. */
  readonly components: readonly Distribution[];
  /** p(z|x), the responsibilities: x [...S, ...B, ...E] to a batch [...S, ...B] over the K components. */
  posterior(x: tf.Tensor): Categorical;
}

/**
 * Returns the mixture p(x) = Σ_z p(z) p(x|z) of K components of any families, such as a normal distribution
 * with outliers from a uniform one.
 *
 * For components of one family `mixtureSameFamily` is faster. Draws are float32 and carry no gradient,
 * because the component that a draw comes from is discrete. The entropy has no closed form.
 *
 * @param mixing p(z), a batch that broadcasts to [...B].
 * @param components p(x|z), K distributions with one event shape, whose batches broadcast to [...B]; all with
 *   densities, or all with probabilities (not checked).
 * @throws if their number is not K, the event shapes differ, or the batches do not broadcast.
 */
export function mixture(mixing: Categorical, components: readonly Distribution[]): Mixture {
  const count = mixing.logits.shape.at(-1) ?? 0;
  const eventShape = checkComponents(count, components);
  const batchShape = components.reduce<number[]>(
    (shape, { batchShape: own }) => broadcastShapes("mixture", shape, own),
    [...mixing.batchShape],
  );
  const ones = eventShape.map(() => 1);

  /** log p(z) + log p(x|z), [...S, ...B, K]. */
  const logJoint = (caller: string, x: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const point = checkEvent(`mixture.${caller}`, x, batchShape, eventShape);
      const shape = [...point.shape.slice(0, point.rank - ones.length)];
      const common = broadcastShapes("mixture", shape, batchShape);
      const each = components.map((component) => broadcastTo(component.logProb(point), common));
      return tf.stack(each, -1).add(mixing.logits.logSoftmax());
    });

  /** f [...C, ...E] of each component, as [...B, K, ...E]. */
  const ofEach = (f: (component: Distribution) => tf.Tensor): tf.Tensor =>
    tf.stack(
      components.map((component) => {
        const value = f(component);
        const missing = Array<number>(batchShape.length - component.batchShape.length).fill(1);
        return broadcastTo(value.reshape([...missing, ...value.shape]), [...batchShape, ...eventShape]);
      }),
      batchShape.length,
    );

  /** Σ_z p(z) f_z of f [...B, K, ...E]. */
  const average = (f: tf.Tensor): tf.Tensor => {
    const p = mixing.probs();
    return f.mul(p.reshape([...p.shape, ...ones])).sum(batchShape.length);
  };

  return {
    kind: "mixture",
    ...inspectable,
    batchShape,
    eventShape,
    mixing,
    components,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const [mixingKey, ...keys] = random.split(key, count + 1) as [random.Key, ...random.Key[]];
        const logits = broadcastTo(mixing.logits, [...batchShape, count]);
        const z = categorical(logits).sample(mixingKey, sampleShape); // z ~ p(z)       [...S, ...B]
        const each = components.map((component, k) =>
          toFloat(sampleInto(component, keys[k] as random.Key, sampleShape, batchShape)),
        );
        const draws = stopGradient(tf.stack(each, z.rank)); //                          [...S, ...B, K, ...E]
        const chosen = oneHot(z, count).reshape([...z.shape, count, ...ones]);
        return tf.where(chosen.greater(0), draws, 0).sum(z.rank); //     x ~ p(x|z)     [...S, ...B, ...E]
      }),
    logProb: (x) => tf.tidy(() => logSumExp(logJoint("logProb", x))), // log Σ_z p(z) p(x|z)
    posterior: (x) => categorical(logJoint("posterior", x)), // p(z|x) ∝ p(z) p(x|z)
    mean: () => tf.tidy(() => average(ofEach((component) => component.mean()))),
    variance: () =>
      tf.tidy(() => {
        const means = ofEach((component) => component.mean());
        const centre = average(means).expandDims(batchShape.length);
        const within = ofEach((component) => component.variance());
        return average(within.add(means.sub(centre).square())); // E Var[x|z] + Var E[x|z]
      }),
  };
}

/** Returns the event shape of K components. */
function checkComponents(count: number, components: readonly Distribution[]): number[] {
  if (components.length !== count)
    throw new Error(
      `mixture: components must be K = ${count} distributions, one for each weight, got ${components.length}`,
    );
  const shapes = components.map(({ eventShape }) => showShape(eventShape));
  if (new Set(shapes).size > 1)
    throw new Error(`mixture: the components must have one event shape, got ${shapes.join(" and ")}`);
  return [...(components[0]?.eventShape ?? [])];
}

tree.register<Mixture, Pick<Mixture, "mixing" | "components">>("mixture", {
  parts: ({ mixing, components }) => ({ mixing, components }),
  rebuild: ({ mixing, components }) => mixture(mixing, components),
});

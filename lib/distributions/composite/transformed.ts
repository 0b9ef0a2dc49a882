import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { detached } from "../../core/tensor/grad";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, Reparameterized } from "../base/distribution";
import { momentsOf } from "./expected-value";
import type { Bijector } from "../bijectors/bijector";
import { sumLast } from "./independent";

/** The distribution of a function of a draw; reparameterized if its base is. */
export type Transformed<D extends Distribution = Distribution> = Distribution & {
  /** The kind of every such distribution. */
  readonly kind: "transformed";
  /** The distribution of x. */
  readonly base: D;
  /** f. */
  readonly bijector: Bijector;
  /** Draws with their log-densities. */
  readonly sampleAndLogProb: Required<Distribution>["sampleAndLogProb"];
} & (D extends Reparameterized ? Reparameterized : unknown);

/**
 * Returns the distribution of y = f(x) for x ~ p(x), with log p(y) = log p(x) − log |f′(x)|, elementwise.
 *
 * `transformed(independent(normal(mu, sigma)), bijectors.tanh)` is the policy of soft actor-critic (Haarnoja
 * et al. 2018, appendix C). For the log-density of its own draws use `sampleAndLogProb`: there x is known,
 * while a y that float32 rounds to ±1 has no inverse (`logProb` then takes the nearest that has one).
 *
 * The mean and the variance are computed by quadrature, exactly to float32 for a normal base. They throw
 * unless the base, or that of an `independent`, is normal or has quantiles.
 *
 * @param base p(x), over numbers or arrays of numbers.
 * @param bijector f, such as those in `bijectors`.
 */
export function transformed<D extends Distribution>(base: D, bijector: Bijector): Transformed<D> {
  const { batchShape, eventShape } = base;
  const axes = eventShape.length;
  const logDensity = (x: tf.Tensor): tf.Tensor =>
    base.logProb(x).sub(sumLast(bijector.logDerivative(x), axes));
  const distribution: Distribution & { readonly base: D; readonly bijector: Bijector } = {
    kind: "transformed",
    ...inspectable,
    batchShape,
    eventShape,
    base,
    bijector,
    ...("reparameterized" in base && { reparameterized: true }),
    sample: (key, sampleShape) => tf.tidy(() => bijector.forward(base.sample(key, sampleShape))),
    sampleAndLogProb: (key, sampleShape) =>
      tree.tidy(() => {
        const x = base.sample(key, sampleShape);
        return [bijector.forward(x), logDensity(x)] as const; //  y = f(x),  log p(x) − log |f′(x)|
      }),
    logProb: (y) =>
      tf.tidy(() => {
        const point = checkEvent("transformed.logProb", y, batchShape, eventShape);
        const outside = detached((value) => logInRange(value, bijector), point);
        return logDensity(bijector.inverse(point)).add(sumLast(outside, axes));
      }),
    mean: () => tf.tidy(() => momentsOf("transformed.mean", base, (x) => bijector.forward(x)).mean),
    variance: () =>
      tf.tidy(() => momentsOf("transformed.variance", base, (x) => bijector.forward(x)).variance),
  };
  return distribution as Transformed<D>; // the compiler does not see that `reparameterized` is copied
}

/** 0 where y is in the range of f, −∞ elsewhere. */
function logInRange(y: tf.Tensor, { range: [low, high] = [-Infinity, Infinity] }: Bijector): tf.Tensor {
  return y.greaterEqual(low).logicalAnd(y.lessEqual(high)).cast("float32").log();
}

tree.register<Transformed, { readonly base: Distribution; readonly bijector: Bijector }>("transformed", {
  parts: ({ base, bijector }) => ({ base, bijector }),
  rebuild: ({ base, bijector }) => transformed(base, bijector),
});

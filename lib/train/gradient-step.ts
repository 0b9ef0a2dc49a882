import type * as tf from "@tensorflow/tfjs";
import { valueAndGrad } from "../core/tensor/grad";
import type { Optimizer } from "../core/optim";
import type * as random from "../core/random";
import { checkShape } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import type { Metrics } from "./metrics";
import type { TrainStep } from "./train";

/** The state of training by gradients: the parameters and the state of the optimizer. */
export interface TrainState<P> {
  /** The parameters, a tree of tensors. */
  readonly params: P;
  /** The state of the optimizer, a tree of tensors. */
  readonly optimizer: unknown;
}

/**
 * The loss of a minibatch and metrics to report: (params, batch, key, step) → [loss, metrics], all scalars.
 *
 * `step` is the number of steps taken before this one, float32 []. What changes during training, such as the
 * weight of a term, is a function of it: a JavaScript number would keep its first value in a compiled step.
 */
export type Loss<P, B = tf.Tensor> = (
  params: P,
  batch: B,
  key: random.Key,
  step: tf.Scalar,
) => readonly [loss: tf.Tensor, metrics: Metrics];

/** A training step on the gradient of a loss: (state, batch, key, step) → [new state, metrics]. */
export type Step<P, B = tf.Tensor> = TrainStep<TrainState<P>, B>;

/**
 * Returns a training step: one step of the optimizer on the gradient of the loss.
 *
 * @returns a pure function, whose metrics include the loss as `loss`.
 * @throws from the step, if a metric is not a scalar or is named "loss".
 */
export function gradientStep<P, B = tf.Tensor>(loss: Loss<P, B>, optimizer: Optimizer): Step<P, B> {
  return (state, batch, key, step) =>
    tree.tidy(() => {
      const { value, grads, aux } = valueAndGrad(loss)(state.params, batch, key, step);
      checkMetrics(aux);
      const next = optimizer.update(grads, state.optimizer, state.params);
      return [
        { params: next.params, optimizer: next.state },
        { ...aux, loss: value },
      ];
    });
}

function checkMetrics(metrics: Metrics): void {
  for (const [name, x] of Object.entries(metrics)) {
    if (name === "loss")
      throw new Error(
        'gradientStep: a metric must not be named "loss", the name of the loss itself; rename it',
      );
    checkShape("gradientStep", `the metric ${name}`, x, [], "reduce it with .mean() or .sum()");
  }
}

import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import * as tree from "../../core/tensor/tree";
import { checkFilter, filterPass, formOf, type Belief, type FilterOptions, type Marginals } from "./filter";
import { batchFirst, type LinearGaussian } from "./model";
import { mean, sequenceOf } from "./sequence";

/**
 * The RTS smoother: returns p(x_t|o_1 … o_T) for each t (Rauch, Tung & Striebel 1965).
 *
 * It runs backwards from the last state, whose filtered and smoothed distributions are the same. The
 * covariances are sums of positive terms here too, and as inaccurate after a prior that is too vague (see
 * `filter`).
 *
 * @param observations [T, O], or [B, T, O].
 * @throws as `filter` does.
 */
export function smooth(
  params: LinearGaussian,
  observations: tf.Tensor,
  options: FilterOptions = {},
): Marginals {
  checkFilter("linearGaussian.smooth", params, observations, options.inputs);
  const batched = observations.rank === 3;
  const form = formOf(options);
  return tree.tidy(() => {
    const { filtered } = filterPass(form, params, observations, options.inputs);
    const { varying, at } = sequenceOf(params, options.inputs, form.ofNoise);
    const steps = filtered.mean.shape[0];
    const before = (x: tf.Tensor): tf.Tensor => tf.slice(x, 0, steps - 1);
    const end = (x: tf.Tensor): tf.Tensor => tf.slice(x, steps - 1, 1);
    const last = tree.map((x) => end(x).squeeze<tf.Tensor>([0]), filtered);
    const states =
      steps === 1
        ? filtered
        : tree.map(
            (x, y) => tf.concat([x, end(y)]),
            scan(
              (next: Belief, { now, belief }) => {
                const { transition } = at(now);
                // p(x_t|x_{t+1}, o_1 … o_t) has the mean m + G (x_{t+1} − A m − c)
                const given = form.condition(belief.spread, transition.matrix, transition.noise);
                const surprise = next.mean.sub(mean(transition, belief.mean));
                const smoothed = {
                  mean: belief.mean.add(tf.matMul(surprise, given.gain, false, true)),
                  spread: form.predict(given.gain, next.spread, given.spread),
                };
                return [smoothed, tree.clone(smoothed)] as const;
              },
              last,
              { now: tree.map(before, varying), belief: tree.map(before, filtered) },
              { reverse: true },
            )[1],
            filtered,
          );
    return { means: batchFirst(states.mean, batched), covariances: form.covariance(states.spread) };
  });
}

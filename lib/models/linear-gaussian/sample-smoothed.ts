import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { checkFilter, filterPass, formOf, type Belief, type FilterOptions } from "./filter";
import { timeFirst, type LinearGaussian } from "./model";
import { mean, sequenceOf } from "./sequence";

/** Options of `sampleSmoothed`. */
export interface SampleSmoothedOptions extends FilterOptions {
  /** S, the number of trajectories per sequence; without it, the result has no axis of draws. */
  readonly draws?: number;
}

/**
 * Returns draws of the whole trajectory, x_1 … x_T ~ p(x_1 … x_T|o_1 … o_T), by filtering forwards and
 * sampling backwards (Carter & Kohn 1994; Frühwirth-Schnatter 1994): x_T ~ p(x_T|o_1 … o_T), then x_t ~
 * p(x_t|x_{t+1}, o_1 … o_t). Unlike draws from the marginals of `smooth`, their steps fit together.
 *
 * The covariances must be positive definite: a state that is known exactly has none (use `squareRoot`).
 *
 * @param observations [T, O], or [B, T, O]; NaN where they are missing.
 * @returns [T, X], or [B, T, X] for a batch, with S in front if `draws` is given.
 * @throws if `draws` is not a positive integer, and as `filter` does.
 */
export function sampleSmoothed(
  params: LinearGaussian,
  observations: tf.Tensor,
  key: random.Key,
  { draws, ...options }: SampleSmoothedOptions = {},
): tf.Tensor {
  const caller = "linearGaussian.sampleSmoothed";
  if (draws !== undefined) checkCount(caller, "draws", draws, 1);
  checkFilter(caller, params, observations, options.inputs);
  const form = formOf(options);
  const copies = draws ?? 1;
  return tf.tidy(() => {
    // The draws are further sequences of the batch; covariances are shared by all
    const repeated = (x: tf.Tensor): tf.Tensor => tf.tile(x.rank === 2 ? x.expandDims(0) : x, [copies, 1, 1]);
    const given = repeated(observations); //                                             [S·B, T, O]
    const inputs = options.inputs?.rank === 3 ? repeated(options.inputs) : options.inputs;
    const { filtered } = filterPass(form, params, given, inputs);
    const [steps = 0, rows = 0, size = 0] = filtered.mean.shape;
    const { varying, at } = sequenceOf(params, inputs, form.ofNoise);
    const noise = random.normal(key, [steps, rows, size]);
    const entries = (x: tf.Tensor, from: number, count: number): tf.Tensor => tf.slice(x, from, count);
    const last = tree.map((x) => entries(x, steps - 1, 1).squeeze<tf.Tensor>([0]), { filtered, noise });
    const end = drawFrom(form.factor(last.filtered.spread), last.filtered.mean, last.noise);
    const before = <X>(xs: X): X => tree.map((x) => entries(x, 0, steps - 1), xs);
    const path =
      steps === 1
        ? end.expandDims(0)
        : tf.concat([
            scan(
              (next: tf.Tensor, { now, belief, epsilon }: Step) => {
                const { transition } = at(now);
                const { gain, spread } = form.condition(belief.spread, transition.matrix, transition.noise);
                const surprise = next.sub(mean(transition, belief.mean)); //   x_{t+1} − A m − c
                const centre = belief.mean.add(tf.matMul(surprise, gain, false, true));
                const x = drawFrom(form.factor(spread), centre, epsilon);
                return [x, x.clone()] as const;
              },
              end,
              before({ now: varying, belief: filtered, epsilon: noise }),
              { reverse: true },
            )[1],
            end.expandDims(0),
          ]); //                                                                          [T, S·B, X]
    const batch = observations.rank === 3 ? [observations.shape[0]] : [];
    return timeFirst(path).reshape([...(draws === undefined ? [] : [draws]), ...batch, steps, size]);
  });
}

/** What the backward pass uses at one time. */
interface Step {
  readonly now: Readonly<Record<string, tf.Tensor>>;
  readonly belief: Belief;
  readonly epsilon: tf.Tensor;
}

/** μ + F ε for each row. */
function drawFrom(factor: tf.Tensor, centre: tf.Tensor, epsilon: tf.Tensor): tf.Tensor {
  return centre.add(tf.matMul(epsilon, factor, false, true));
}

/** The tensor operations that the library uses, on inputs drawn from a key. */
import { detached, digamma, lgamma, logMeanExp, logSumExp, random, softplus, tf, valueAndGrad } from "latent";
import { erfinvTensor } from "../../../../lib/core/tensor/special";

const [aKey, bKey, cKey, dKey] = random.split(random.key(1), 4);

/**
 * Returns every result by name. The sizes are distinct primes, so that none is a multiple of a vector width.
 */
export function operations(): Record<string, tf.Tensor> {
  const a = random.normal(aKey, [7, 37]);
  const b = random.normal(bKey, [37, 11]);
  const row = random.normal(cKey, [37]);
  const positive = random.uniform(dKey, [7, 37], { min: 0.1, max: 9 });
  const rows = tf.tensor1d([6, 0, 3, 3], "int32");
  const image = random.normal(dKey, [2, 7, 5, 3]);
  const filter = random.normal(aKey, [3, 3, 3, 4]);
  const kernelIn = random.normal(bKey, [3, 3, 2, 3]);
  const above = a.greater(0);
  const squares = (x: tf.Tensor): tf.Tensor => x.square().sum();
  return {
    "matMul": a.matMul(b),
    "matMul, transposed": tf.matMul(b, a, true, true),
    "matMul of one column": a.matMul(row.reshape([37, 1])),
    "add, of a row": a.add(row),
    "sub": a.sub(row),
    "mul": a.mul(positive),
    "div": a.div(positive),
    "minimum": a.minimum(0.3),
    "maximum": a.maximum(row),
    "neg": a.neg(),
    "abs": a.abs(),
    "sign": a.sign(),
    "square": a.square(),
    "sqrt": positive.sqrt(),
    "reciprocal": positive.reciprocal(),
    "pow 3": a.pow(3),
    "exp": a.exp(),
    "expm1": a.expm1(),
    "log": positive.log(),
    "log1p": positive.log1p(),
    "sigmoid": a.sigmoid(),
    "tanh": a.tanh(),
    "relu": a.relu(),
    "softplus": softplus(a.mul(10)),
    "logSumExp": logSumExp(a.mul(30)),
    "logMeanExp": logMeanExp(a, 0),
    "softmax": a.softmax(),
    "logSoftmax": a.logSoftmax(),
    "lgamma": lgamma(positive),
    "digamma": digamma(positive),
    "erfinv": erfinvTensor(a.clipByValue(-0.999, 0.999)),
    "clipByValue": a.clipByValue(-0.5, 1),
    "sum": a.sum(),
    "sum of an axis": a.sum(0),
    "mean": a.mean(1),
    "max": a.max(1, true),
    "min": a.min(0),
    "variance": tf.moments(a, 0).variance,
    "argMax": a.argMax(-1),
    "argMax of a vector": row.argMax(),
    "argMin of a vector": row.argMin(),
    "gather": tf.gather(a, rows),
    "slice": a.slice([2, 5], [3, 17]),
    "where": tf.where(above, a, positive),
    "less": a.less(row),
    "logicalAnd": a.less(1).logicalAnd(a.greater(-1)),
    "equal": rows.equal(3),
    "cast": a.mul(5).cast("int32"),
    "oneHot": tf.oneHot(rows, 7),
    "tile": tf.tile(a, [3, 1]),
    "concat": tf.concat([a, positive], 1),
    "stack": tf.stack([a, positive], 1),
    "split": tf.split(a, [5, 32], 1)[1] ?? tf.scalar(NaN),
    "transpose": a.transpose(),
    "reverse": a.reverse(1),
    "cumsum": a.cumsum(1),
    "range": tf.range(0, 11),
    "int32 arithmetic": rows.mul(rows).add(rows).sub(tf.scalar(2, "int32")),
    "conv2d": tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 2, "same"),
    "conv2d of booleans as numbers": tf.conv2d(
      image.greater(0).cast<tf.Tensor4D>("float32"),
      filter as tf.Tensor4D,
      2,
      "same",
    ),
    "conv2dTranspose": tf.conv2dTranspose(
      image as tf.Tensor4D,
      kernelIn as tf.Tensor4D,
      [2, 14, 10, 2],
      2,
      "same",
    ),
    "avgPool": tf.avgPool(image as tf.Tensor4D, 2, 2, "valid"),
    "gradient of matMul": tf.grad((x) => squares(x.matMul(b)))(a),
    "gradient of softplus": tf.grad((x) => softplus(x).sum())(a),
    "gradient of logSumExp": tf.grad((x) => logSumExp(x).sum())(a),
    "gradient of logSoftmax": tf.grad((x) => x.logSoftmax().mul(positive).sum())(a),
    "gradient of gather": tf.grad((x) => squares(tf.gather(x, rows)))(a),
    "gradient of slice": tf.grad((x) => squares(x.slice([2, 5], [3, 17])))(a),
    "gradient of tile and concat": tf.grad((x) => squares(tf.concat([tf.tile(x, [3, 1]), x]).mul(row)))(a),
    "gradient of where": tf.grad((x) => tf.where(above, x.exp(), x).sum())(a),
    "gradient of a broadcast row": tf.grad((r) => squares(a.mul(r)))(row),
    "gradient of lgamma": tf.grad((x) => lgamma(x).sum())(positive),
    "gradient of conv2d": tf.grad((f) =>
      squares(tf.conv2d(image as tf.Tensor4D, f as tf.Tensor4D, 2, "same")),
    )(filter),
    "gradient past detached": valueAndGrad((x: tf.Tensor) => [x.mul(detached((y) => y.exp(), x)).sum(), {}])(
      a,
    ).grads,
  };
}

import { adam, fit, random, tf, tree } from "latent";
import { normal } from "latent/distributions";
import { localMultivariateNormal, localNormal, svi } from "latent/inference";
import { describe, expect, test } from "vitest";

const families = { localNormal, localMultivariateNormal };

describe.each(Object.entries(families))("%s", (name, family) => {
  test("starts at N(0, stdDev² I) for each of N data points", () => {
    const q = family.posterior(family.init(5, 3, { stdDev: 0.5 }) as never);
    expect([q.batchShape, q.eventShape]).toEqual([[5], [3]]);
    expect(q.mean()).toBeNear(0, {});
    expect(q.variance()).toBeNear(0.25, { abs: 1e-7 });
    expect(family.posterior(family.init(2, 3) as never).variance()).toBeNear(1, {});
  });

  test("returns the q_i of the given rows, of one, or of all", () => {
    const params = { ...family.init(5, 2), mu: tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [5, 2]) } as never;
    const some = family.posterior(params, tf.tensor1d([3, 0, 3], "int32"));
    expect(some.batchShape).toEqual([3]);
    expect(some.mean()).toBeNear([6, 7, 0, 1, 6, 7], {});
    expect(family.posterior(params, 4).batchShape).toEqual([]);
    expect(family.posterior(params, 4).mean()).toBeNear([8, 9], {});
    expect(family.posterior(params).batchShape).toEqual([5]);
  });

  test("leaves only the tensors of its distribution, and does not change the parameters", () => {
    const params = family.init(5, 2);
    for (const at of [undefined, 1, tf.tensor1d([1, 2], "int32")])
      expect(() => {
        const q = family.posterior(params as never, at);
        return "base" in q ? q.base : q;
      }).toLeaveTensors(2);
    expect(() => family.init(5, 2)).toLeaveTensors(tree.leaves(params).length);
    expect(params.mu.isDisposed).toBe(false);
  });

  test("rejects counts below 1, a standard deviation of 0, and indices out of range", () => {
    expect(() => family.init(0, 2)).toThrow(new Error(`${name}.init: n must be a positive integer, got 0`));
    expect(() => family.init(2, 0)).toThrow(
      new Error(`${name}.init: latent must be a positive integer, got 0`),
    );
    expect(() => family.init(2, 2, { stdDev: 0 })).toThrow(
      new Error(`${name}.init: stdDev must be a positive finite number, got 0`),
    );
    expect(() => family.posterior(family.init(2, 2) as never, 2)).toThrow(
      new Error(`${name}.posterior: at must be an integer from 0 to 1, got 2`),
    );
  });
});

test("localMultivariateNormal builds L from the exponential of logDiagonal and the entries below it", () => {
  const params = {
    mu: tf.zeros([1, 2]),
    logDiagonal: tf.tensor2d([[Math.log(2), Math.log(3)]]),
    below: tf.tensor3d([[[7, 7], [5, 7]]]), // prettier-ignore
  };
  const { scaleTril } = localMultivariateNormal.posterior(params);
  expect(scaleTril).toBeNear([2, 0, 5, 3], { abs: 1e-6 });
});

test("a step on a minibatch changes only the q_i of its rows at first", async () => {
  const x = tf.tensor1d([-4, -2, 2, 4, 6]);
  const touched: number[] = [];
  const run = await fit({
    params: localNormal.init(5, 1),
    data: tf.range(0, 5, 1, "int32"),
    batchSize: 2,
    steps: 1,
    key: random.key(1),
    optimizer: adam({ learningRate: 0.1 }),
    loss: (params, i, key) => {
      const x_i = tf.gather(x, i);
      const logJoint = (z: tf.Tensor): tf.Tensor => normal(x_i, tf.scalar(1)).logProb(z.squeeze([-1]));
      return [svi.elbo(logJoint, localNormal.posterior(params, i), key).sum().neg(), {}];
    },
    jit: { compiler: "graph" },
  });
  Array.from(run.state.params.mu.dataSync()).forEach((mu, i) => {
    if (mu !== 0) touched.push(i);
  });
  expect(touched).toHaveLength(2);
});

/** Expectations with known gradients, on which the estimators are tested. */
import { softplus, tf, tree, valueAndGrad } from "latent";
import {
  bernoulli,
  categorical,
  type Distribution,
  independent,
  type Independent,
  normal,
  type Normal,
} from "latent/distributions";
import type { Finite, Objective } from "latent/estimators";

export type Params = Readonly<Record<string, tf.Tensor>>;

export interface Problem<D extends Distribution = Distribution> {
  readonly name: string;
  readonly params: () => Params;
  readonly objective: Objective<Params, D>;
  /** E_{q_θ(z)}[f(z, θ)] as a function of θ, in closed form. */
  readonly expectation: (params: Params) => tf.Tensor;
}

function get(params: Params, name: string): tf.Tensor {
  const tensor = params[name];
  if (tensor === undefined) throw new Error(`no parameter ${name}`);
  return tensor;
}

/** The exact gradient, by differentiating the closed form. */
export function exactGradient({ expectation, params }: Problem): Params {
  return valueAndGrad((p: Params) => expectation(p).sum())(params()).grads;
}

function gaussian(mu: number, sigma: number): () => Params {
  return () => ({ mu: tf.scalar(mu), sigma: tf.scalar(sigma) });
}
function scalarNormal(p: Params): Normal {
  return normal(get(p, "mu"), get(p, "sigma"));
}

export const continuousProblems: readonly Problem<Normal | Independent<Normal>>[] = [
  {
    name: "(x − 3)² under N(μ, σ²)",
    params: gaussian(1, 0.7),
    objective: { q: scalarNormal, f: (x) => x.sub(3).square() },
    expectation: (p) => get(p, "mu").sub(3).square().add(get(p, "sigma").square()),
  },
  {
    name: "cos 2x under N(μ, σ²)",
    params: gaussian(0.4, 0.5),
    objective: { q: scalarNormal, f: (x) => x.mul(2).cos() },
    expectation: (p) => get(p, "mu").mul(2).cos().mul(get(p, "sigma").square().mul(-2).exp()),
  },
  {
    name: "exp(−x²) under N(μ, σ²)",
    params: gaussian(-0.6, 0.8),
    objective: { q: scalarNormal, f: (x) => x.square().neg().exp() },
    expectation: (p) => {
      const spread = get(p, "sigma").square().mul(2).add(1); // 1 + 2σ²
      return get(p, "mu").square().neg().div(spread).exp().div(spread.sqrt());
    },
  },
  {
    name: "log q(x) + x²/2 under N(μ, σ²), a cost that depends on θ itself",
    params: gaussian(0.5, 1.5),
    objective: {
      q: scalarNormal,
      f: (x, p) => scalarNormal(p).logProb(x).add(x.square().mul(0.5)),
    },
    expectation: (p) => {
      const [mu, sigma] = [get(p, "mu"), get(p, "sigma")];
      return mu.square().add(sigma.square()).mul(0.5).sub(sigma.log());
    },
  },
  {
    name: "|z|² − w·z under a diagonal normal, in softplus σ",
    params: () => ({
      mu: tf.tensor1d([1, -2, 0.5]),
      rho: tf.tensor1d([0, 1, -1]),
      w: tf.tensor1d([2, 0, 1]),
    }),
    objective: {
      q: (p) => independent(normal(get(p, "mu"), softplus(get(p, "rho")))),
      f: (z, p) =>
        z
          .square()
          .sub(z.mul(get(p, "w")))
          .sum(-1),
    },
    expectation: (p) => {
      const [mu, sigma] = [get(p, "mu"), softplus(get(p, "rho"))];
      return mu
        .square()
        .add(sigma.square())
        .sub(mu.mul(get(p, "w")))
        .sum(-1);
    },
  },
];

const costs = [1, -2, 4, 0.5, 3];

export const discreteProblems: readonly Problem<Finite>[] = [
  {
    name: "(x − 0.45)² under Bern(p)",
    params: () => ({ logit: tf.scalar(0.3) }),
    objective: { q: (p) => bernoulli(get(p, "logit")), f: (x) => x.sub(0.45).square() },
    expectation: (p) => {
      const ones = get(p, "logit").sigmoid();
      return ones.mul(0.55 ** 2 - 0.45 ** 2).add(0.45 ** 2);
    },
  },
  {
    name: "a table of costs under Cat(p)",
    params: () => ({ logits: tf.tensor1d([0, 1, -1, 0.5, -0.5]) }),
    objective: {
      q: (p) => categorical(get(p, "logits")),
      f: (x) => tf.oneHot(x.cast("int32"), costs.length).cast("float32").mul(costs).sum(-1),
    },
    expectation: (p) => get(p, "logits").softmax().mul(costs).sum(-1),
  },
  {
    name: "(Σx)² under independent Bern(p), by p as well as by the cost's own scale",
    params: () => ({ logits: tf.tensor1d([0.5, -1, 2]), scale: tf.scalar(2) }),
    objective: {
      q: (p) => independent(bernoulli(get(p, "logits"))),
      f: (x, p) => x.sum(-1).square().mul(get(p, "scale")),
    },
    expectation: (p) => {
      const d = bernoulli(get(p, "logits"));
      return d.mean().sum(-1).square().add(d.variance().sum(-1)).mul(get(p, "scale"));
    },
  },
  {
    name: "(x₁ − x₂)² under two independent Cat(p)",
    params: () => ({
      logits: tf.tensor2d([
        [0, 1, -1],
        [0.5, 0, 2],
      ]),
    }),
    objective: {
      q: (p) => independent(categorical(get(p, "logits"))),
      f: (x) => x.cast("float32").mul([1, -1]).sum(-1).square(),
    },
    expectation: (p) => {
      const d = categorical(get(p, "logits"));
      return d.mean().mul([1, -1]).sum(-1).square().add(d.variance().sum(-1));
    },
  },
];

/** The paths of a problem's parameters with the samples [n, ...] and the exact gradient of each. */
export function sideBySide(
  problem: Problem,
  samples: Params,
): { path: string; sample: tf.Tensor; exact: tf.Tensor }[] {
  const exact = exactGradient(problem);
  return tree.entries(samples).map(([path, sample]) => ({ path, sample, exact: get(exact, path) }));
}

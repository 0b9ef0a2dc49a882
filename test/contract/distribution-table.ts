/**
 * The distributions of the contract tests, each in several shapes. Sizes of batch and event axes are primes.
 */
import { random, type Shape, tf } from "latent";
import {
  bernoulli,
  beta,
  bijectors,
  categorical,
  dirichlet,
  discretizedLogistic,
  type Distribution,
  gamma,
  independent,
  laplace,
  mixture,
  mixtureSameFamily,
  multivariateNormal,
  normal,
  poisson,
  studentT,
  transformed,
  truncated,
  truncatedNormal,
  uniform,
} from "latent/distributions";

export type Params = Readonly<Record<string, tf.Tensor>>;

export interface Case {
  readonly name: string;
  readonly batchShape: Shape;
  readonly eventShape: Shape;
  /** Parameters drawn from a key. */
  readonly params: (key: random.Key) => Params;
  readonly make: (params: Params) => Distribution;
  /** The number of outcomes of one element; undefined for a continuous distribution. */
  readonly categories?: number;
  /** Whether draws are differentiable. */
  readonly reparameterized: boolean;
  /** Moves outcomes away from where log p has no derivative: finite differences reach 1/8 to either side. */
  readonly smooth?: (x: tf.Tensor, params: Params) => tf.Tensor;
  /** Whether log p is tested by finite differences in x, true by default. */
  readonly smoothInX?: boolean;
  /** Whether log p is constant on the support, so that its levels and divergences test nothing. */
  readonly flat?: boolean;
  /** Whether the divergence of two rows is infinite, as their supports differ. */
  readonly infiniteDivergence?: boolean;
  /** What has no closed form; by default the entropy and the divergence have one. */
  readonly lacks?: readonly ("entropy" | "divergence")[];
  /** Whether draws come from rejection: with a fixed key they jump where a proposal is rejected. */
  readonly rejection?: boolean;
}

function get(params: Params, name: string): tf.Tensor {
  const tensor = params[name];
  if (tensor === undefined) throw new Error(`no parameter ${name}`);
  return tensor;
}

/** Means near 0; standard deviations from 2 to 3, so that fifth derivatives of log p stay below 100. */
function normalCase(mu: Shape, sigma: Shape, batchShape: Shape): Case {
  return {
    name: `normal(mu [${mu.join()}], sigma [${sigma.join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({
      mu: random.normal(random.fold(key, 0), mu),
      sigma: random.uniform(random.fold(key, 1), sigma, { min: 2, max: 3 }),
    }),
    make: (params) => normal(get(params, "mu"), get(params, "sigma")),
    reparameterized: true,
  };
}

/** Scales from 2 to 3; no outcome within 1/4 of the kink at the mean. */
function laplaceCase(mu: Shape, scale: Shape, batchShape: Shape): Case {
  return {
    name: `laplace(mu [${mu.join()}], scale [${scale.join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({
      mu: random.normal(random.fold(key, 0), mu),
      scale: random.uniform(random.fold(key, 1), scale, { min: 2, max: 3 }),
    }),
    make: (params) => laplace(get(params, "mu"), get(params, "scale")),
    reparameterized: true,
    smooth: (x, params) => {
      const side = x.greaterEqual(get(params, "mu")).cast("float32").mul(2).sub(1);
      return x.sub(get(params, "mu")).abs().maximum(0.25).mul(side).add(get(params, "mu"));
    },
  };
}

/** Intervals from about −1 to about 3; no outcome within 1/4 of the ends. */
function uniformCase(low: Shape, high: Shape, batchShape: Shape): Case {
  return {
    name: `uniform(low [${low.join()}], high [${high.join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({
      low: random.uniform(random.fold(key, 0), low, { min: -1.5, max: -0.5 }),
      high: random.uniform(random.fold(key, 1), high, { min: 2, max: 4 }),
    }),
    make: (params) => uniform(get(params, "low"), get(params, "high")),
    reparameterized: true,
    smooth: (x, params) => x.maximum(get(params, "low").add(0.25)).minimum(get(params, "high").sub(0.25)),
    flat: true,
  };
}

function bernoulliCase(batchShape: Shape): Case {
  return {
    name: `bernoulli(logits [${batchShape.join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({ logits: random.normal(key, batchShape) }),
    make: (params) => bernoulli(get(params, "logits")),
    smooth: (x) => x.mul(0.5).add(0.25), // log p is −∞ outside [0, 1]
    categories: 2,
    reparameterized: false,
  };
}

function categoricalCase(batchShape: Shape, categories: number): Case {
  return {
    name: `categorical(logits [${[...batchShape, categories].join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({ logits: random.normal(key, [...batchShape, categories]) }),
    make: (params) => categorical(get(params, "logits")),
    categories,
    reparameterized: false,
  };
}

function independentCase(base: Case, axes: number): Case {
  return {
    ...base,
    name: `independent(${base.name}, ${axes})`,
    batchShape: base.batchShape.slice(0, -axes),
    eventShape: base.batchShape.slice(-axes),
    make: (params) => independent(base.make(params), axes),
  };
}

/**
 * A diagonal from 2 to 3, and entries up to ±1 below it, so that correlations reach ±0.45. The entries above
 * it are arbitrary, and must not matter.
 */
function triangles(key: random.Key, shape: Shape): tf.Tensor {
  const below = random.uniform(random.fold(key, 0), shape, { min: -1, max: 1 });
  const scales = random.uniform(random.fold(key, 1), shape, { min: 2, max: 3 });
  const eye = tf.eye(shape.at(-1) ?? 0);
  return below.mul(tf.sub(1, eye)).add(scales.mul(eye));
}

function multivariateCase(batchShape: Shape, mean: Shape, scaleTril: Shape): Case {
  return {
    name: `multivariateNormal(mean [${mean.join()}], scaleTril [${scaleTril.join()}])`,
    batchShape,
    eventShape: mean.slice(-1),
    params: (key) => ({
      mean: random.normal(random.fold(key, 0), mean),
      scaleTril: triangles(random.fold(key, 1), scaleTril),
    }),
    make: (params) => multivariateNormal(get(params, "mean"), get(params, "scaleTril")),
    reparameterized: true,
  };
}

/** y = 3 − 2x of a case over numbers; affine, so that log p has the bounded derivatives of its base. */
function affineCase(base: Case): Case {
  return {
    ...base,
    name: `transformed(${base.name}, affine)`,
    params: (key) => ({ ...base.params(key), shift: tf.scalar(3), scale: tf.scalar(-2) }),
    make: (params) =>
      transformed(base.make(params), bijectors.affine(get(params, "shift"), get(params, "scale"))),
    lacks: ["entropy", "divergence"],
  };
}

/** A mixture over the last batch axis of a case, with the weights [...batch, K] or [K]. */
function mixtureCase(base: Case, weights: Shape, batchShape = base.batchShape.slice(0, -1)): Case {
  return {
    ...base,
    name: `mixtureSameFamily(logits [${weights.join()}], ${base.name})`,
    batchShape,
    params: (key) => ({
      ...base.params(random.fold(key, 0)),
      weights: random.normal(random.fold(key, 1), weights),
    }),
    make: (params) => mixtureSameFamily(categorical(get(params, "weights")), base.make(params)),
    reparameterized: false,
    lacks: ["entropy", "divergence"],
  };
}

/** Shapes from 3 to 4 and rates from 2 to 3; no outcome within 3/2 of the end at 0. */
function gammaCase(concentration: Shape, rate: Shape, batchShape: Shape): Case {
  return {
    name: `gamma(concentration [${concentration.join()}], rate [${rate.join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({
      concentration: random.uniform(random.fold(key, 0), concentration, { min: 3, max: 4 }),
      rate: random.uniform(random.fold(key, 1), rate, { min: 2, max: 3 }),
    }),
    make: (params) => gamma(get(params, "concentration"), get(params, "rate")),
    reparameterized: true,
    rejection: true,
    smooth: (x) => x.maximum(1.5),
  };
}

/** Exponents from 3 to 4. */
function betaCase(alpha: Shape, other: Shape, batchShape: Shape): Case {
  return {
    name: `beta(alpha [${alpha.join()}], beta [${other.join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({
      alpha: random.uniform(random.fold(key, 0), alpha, { min: 3, max: 4 }),
      beta: random.uniform(random.fold(key, 1), other, { min: 3, max: 4 }),
    }),
    make: (params) => beta(get(params, "alpha"), get(params, "beta")),
    reparameterized: true,
    rejection: true,
    smoothInX: false, // the fifth derivative is of order x⁻⁵
  };
}

/** Concentrations from 3 to 4. */
function dirichletCase(batchShape: Shape, categories: number): Case {
  return {
    name: `dirichlet(concentration [${[...batchShape, categories].join()}])`,
    batchShape,
    eventShape: [categories],
    params: (key) => ({
      concentration: random.uniform(key, [...batchShape, categories], { min: 3, max: 4 }),
    }),
    make: (params) => dirichlet(get(params, "concentration")),
    reparameterized: true,
    rejection: true,
    smoothInX: false,
  };
}

/** Intervals from about −2 to about 6 about means near 0; no outcome within 1/4 of the ends. */
function truncatedNormalCase(mu: Shape, sigma: Shape, batchShape: Shape): Case {
  return {
    name: `truncatedNormal(mu [${mu.join()}], sigma [${sigma.join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({
      mu: random.normal(random.fold(key, 0), mu),
      sigma: random.uniform(random.fold(key, 1), sigma, { min: 2, max: 3 }),
      low: random.uniform(random.fold(key, 2), sigma, { min: -2.5, max: -1.5 }),
      high: random.uniform(random.fold(key, 3), mu, { min: 5, max: 7 }),
    }),
    make: (params) =>
      truncatedNormal(get(params, "mu"), get(params, "sigma"), get(params, "low"), get(params, "high")),
    reparameterized: true,
    smooth: (x, params) => x.maximum(get(params, "low").add(0.25)).minimum(get(params, "high").sub(0.25)),
    infiniteDivergence: true,
  };
}

/** A case over numbers, on intervals from about −2 to about 6; no outcome within 1/4 of the ends. */
function truncatedCase(base: Case, low: Shape, batchShape: Shape): Case {
  return {
    ...base,
    name: `truncated(${base.name}, low [${low.join()}])`,
    batchShape,
    params: (key) => ({
      ...base.params(random.fold(key, 0)),
      from: random.uniform(random.fold(key, 1), low, { min: -2.5, max: -1.5 }),
      to: random.uniform(random.fold(key, 2), [], { min: 5, max: 7 }),
    }),
    make: (params) =>
      truncated(base.make(params) as Parameters<typeof truncated>[0], get(params, "from"), get(params, "to")),
    smooth: (x, params) => x.maximum(get(params, "from").add(0.25)).minimum(get(params, "to").sub(0.25)),
    rejection: false,
    lacks: ["entropy", "divergence"],
  };
}

/** Ten to twelve degrees of freedom, so that the errors of variances have finite variances. */
function studentTCase(df: Shape, mu: Shape, sigma: Shape, batchShape: Shape): Case {
  return {
    name: `studentT(df [${df.join()}], mu [${mu.join()}], sigma [${sigma.join()}])`,
    batchShape,
    eventShape: [],
    params: (key) => ({
      df: random.uniform(random.fold(key, 0), df, { min: 10, max: 12 }),
      mu: random.normal(random.fold(key, 1), mu),
      sigma: random.uniform(random.fold(key, 2), sigma, { min: 2, max: 3 }),
    }),
    make: (params) => studentT(get(params, "df"), get(params, "mu"), get(params, "sigma")),
    reparameterized: true,
    rejection: true,
    lacks: ["divergence"],
  };
}

/** Rates near `rate`; the probability of `categories` or more is below 10⁻¹⁰. */
function poissonCase(batchShape: Shape, rate: number, categories: number): Case {
  return {
    name: `poisson(rate [${batchShape.join()}] of about ${rate})`,
    batchShape,
    eventShape: [],
    params: (key) => ({ rate: random.uniform(key, batchShape, { min: rate, max: rate * 1.2 }) }),
    make: (params) => poisson(get(params, "rate")),
    categories,
    reparameterized: false,
    smoothInX: false, // log p is −∞ between the counts
    lacks: ["entropy"],
  };
}

/** Means within the levels, scales from 2 to 3 levels. */
function discretizedLogisticCase(mu: Shape, scale: Shape, batchShape: Shape, levels: number): Case {
  return {
    name: `discretizedLogistic(mu [${mu.join()}], scale [${scale.join()}], ${levels})`,
    batchShape,
    eventShape: [],
    params: (key) => ({
      mu: random.uniform(random.fold(key, 0), mu, { min: 0, max: levels - 1 }),
      scale: random.uniform(random.fold(key, 1), scale, { min: 2, max: 3 }),
    }),
    make: (params) => discretizedLogistic(get(params, "mu"), get(params, "scale"), levels),
    categories: levels,
    reparameterized: false,
    smoothInX: false, // log p is −∞ between the levels
    lacks: ["divergence"],
  };
}

/** Outliers from Student's t distribution among the outcomes of another case over numbers. */
function outlierCase(base: Case, weights: Shape, batchShape: Shape): Case {
  return {
    ...base,
    name: `mixture(logits [${weights.join()}], ${base.name} and studentT)`,
    batchShape,
    params: (key) => ({
      ...base.params(random.fold(key, 0)),
      weights: random.normal(random.fold(key, 1), weights),
      df: tf.scalar(30),
      location: tf.scalar(-6),
      scale: tf.scalar(3),
    }),
    make: (params) =>
      mixture(categorical(get(params, "weights")), [
        base.make(params),
        studentT(get(params, "df"), get(params, "location"), get(params, "scale")),
      ]),
    reparameterized: false,
    lacks: ["entropy", "divergence"],
  };
}

export const distributionTable: readonly Case[] = [
  normalCase([], [], []),
  normalCase([3], [3], [3]),
  normalCase([2, 3], [3], [2, 3]),
  laplaceCase([], [], []),
  laplaceCase([2, 3], [3], [2, 3]),
  uniformCase([], [], []),
  uniformCase([2, 3], [3], [2, 3]),
  gammaCase([], [], []),
  gammaCase([2, 3], [3], [2, 3]),
  betaCase([], [], []),
  betaCase([2, 3], [3], [2, 3]),
  dirichletCase([], 2),
  dirichletCase([2], 3),
  studentTCase([], [], [], []),
  studentTCase([3], [2, 3], [], [2, 3]),
  poissonCase([], 3, 31),
  poissonCase([3], 12, 53),
  discretizedLogisticCase([], [], [], 7),
  discretizedLogisticCase([2, 3], [3], [2, 3], 5),
  truncatedNormalCase([], [], []),
  truncatedNormalCase([2, 3], [3], [2, 3]),
  truncatedCase(normalCase([], [], []), [], []),
  truncatedCase(normalCase([3], [3], [3]), [2, 1], [2, 3]),
  truncatedCase(studentTCase([], [], [], []), [], []),
  bernoulliCase([]),
  bernoulliCase([2, 3]),
  categoricalCase([], 7),
  categoricalCase([2, 3], 5),
  independentCase(normalCase([2], [2], [2]), 1),
  independentCase(normalCase([3, 2], [2], [3, 2]), 1),
  independentCase(bernoulliCase([3, 5]), 1),
  independentCase(bernoulliCase([5, 2, 3]), 2),
  independentCase(categoricalCase([3, 2], 5), 1),
  affineCase(normalCase([3], [3], [3])),
  affineCase(independentCase(normalCase([3, 2], [3, 2], [3, 2]), 1)),
  multivariateCase([], [1], [1, 1]),
  multivariateCase([], [2], [2, 2]),
  multivariateCase([3], [2], [3, 2, 2]),
  multivariateCase([5, 3], [5, 3, 2], [3, 2, 2]),
  mixtureCase(normalCase([3], [3], [3]), [3]),
  mixtureCase(normalCase([2, 3], [3], [2, 3]), [3]),
  mixtureCase(multivariateCase([3], [3, 2], [3, 2, 2]), [3]),
  mixtureCase(multivariateCase([2, 3], [2, 3, 2], [3, 2, 2]), [2, 3]),
  mixtureCase(independentCase(bernoulliCase([2, 3, 5]), 1), [2, 3]),
  mixtureCase(categoricalCase([3], 5), [3]),
  mixtureCase(discretizedLogisticCase([3], [3], [3], 7), [3]),
  mixtureCase(normalCase([3], [3], [3]), [2, 3], [2]),
  mixtureCase(normalCase([1, 3], [3], [1, 3]), [2, 3], [2]),
  outlierCase(normalCase([], [], []), [2], []),
  outlierCase(normalCase([3], [3], [3]), [2, 1, 2], [2, 3]),
];

/** The entropy of a distribution; NaN without a closed form, which fails every comparison. */
export function entropyOf(d: Distribution): tf.Tensor {
  return d.entropy === undefined ? tf.fill([...d.batchShape], NaN) : d.entropy();
}

/** The distributions whose entropy has a closed form. */
export const entropyTable = distributionTable.filter(({ lacks = [] }) => !lacks.includes("entropy"));

/** The distributions whose divergence, from another one of the kind, has a closed form. */
export const divergenceTable = distributionTable.filter(({ lacks = [] }) => !lacks.includes("divergence"));

/** The distributions that the contract tests go through, each in several shapes. Sizes of batch and event axes are primes. */
import type * as tf from "@tensorflow/tfjs";
import * as random from "../../lib/core/random";
import type { Shape } from "../../lib/core/shape";
import { bernoulli, categorical, independent, normal, type Distribution } from "../../lib/distributions";

export type Params = Readonly<Record<string, tf.Tensor>>;

export interface Case {
  readonly name: string;
  readonly batchShape: Shape;
  readonly eventShape: Shape;
  /** Parameters drawn from a key. */
  readonly params: (key: random.Key) => Params;
  readonly make: (params: Params) => Distribution;
  /** The outcomes of one element where they can be counted; undefined for a continuous one. */
  readonly categories?: number;
  /** Whether draws are differentiable. */
  readonly reparameterized: boolean;
}

const get = (params: Params, name: string): tf.Tensor => {
  const tensor = params[name];
  if (tensor === undefined) throw new Error(`no parameter ${name}`);
  return tensor;
};

/** Means about 0; standard deviations from 2 to 3, so that fifth derivatives of log p stay below 100. */
const normalCase = (mu: Shape, sigma: Shape, batchShape: Shape): Case => ({
  name: `normal(mu [${mu.join()}], sigma [${sigma.join()}])`,
  batchShape,
  eventShape: [],
  params: (key) => ({
    mu: random.normal(random.fold(key, 0), mu),
    sigma: random.uniform(random.fold(key, 1), sigma, { min: 2, max: 3 }),
  }),
  make: (params) => normal(get(params, "mu"), get(params, "sigma")),
  reparameterized: true,
});

const bernoulliCase = (batchShape: Shape): Case => ({
  name: `bernoulli(logits [${batchShape.join()}])`,
  batchShape,
  eventShape: [],
  params: (key) => ({ logits: random.normal(key, batchShape) }),
  make: (params) => bernoulli(get(params, "logits")),
  categories: 2,
  reparameterized: false,
});

const categoricalCase = (batchShape: Shape, categories: number): Case => ({
  name: `categorical(logits [${[...batchShape, categories].join()}])`,
  batchShape,
  eventShape: [],
  params: (key) => ({ logits: random.normal(key, [...batchShape, categories]) }),
  make: (params) => categorical(get(params, "logits")),
  categories,
  reparameterized: false,
});

const independentCase = (base: Case, axes: number): Case => ({
  ...base,
  name: `independent(${base.name}, ${axes})`,
  batchShape: base.batchShape.slice(0, -axes),
  eventShape: base.batchShape.slice(-axes),
  make: (params) => independent(base.make(params), axes),
});

export const distributionTable: readonly Case[] = [
  normalCase([], [], []),
  normalCase([3], [3], [3]),
  normalCase([2, 3], [3], [2, 3]),
  bernoulliCase([]),
  bernoulliCase([2, 3]),
  categoricalCase([], 7),
  categoricalCase([2, 3], 5),
  independentCase(normalCase([2], [2], [2]), 1),
  independentCase(normalCase([3, 2], [2], [3, 2]), 1),
  independentCase(bernoulliCase([3, 5]), 1),
  independentCase(bernoulliCase([5, 2, 3]), 2),
  independentCase(categoricalCase([3, 2], 5), 1),
];

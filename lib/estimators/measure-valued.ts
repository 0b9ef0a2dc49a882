import * as tf from "@tensorflow/tfjs";
import { stopGradient } from "../core/tensor/grad";
import type { Key } from "../core/random/key";
import * as random from "../core/random";
import type { Shape } from "../core/tensor/shape";
import type { Bernoulli } from "../distributions/discrete/bernoulli";
import type { Categorical } from "../distributions/discrete/categorical";
import type { Distribution } from "../distributions/base/distribution";
import { sumLast, type Independent } from "../distributions/composite/independent";
import type { Normal } from "../distributions/continuous/normal";
import { byVariable, replaceEach } from "./coordinates";
import { checkCost, type Estimator } from "./estimator";
import { rayleigh } from "../core/random/noise";
import { baseOf, probabilitiesOf, type Finite } from "./outcomes";

/** The distributions whose derivatives by their parameters are known as differences of two distributions. */
export type WeaklyDifferentiable = Normal | Independent<Normal> | Finite;

/**
 * The measure-valued estimator, or weak derivative (Pflug 1989; Mohamed et al. 2020, section 6 and Table 1).
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* c (f(z⁺) − f(z⁻)) for each parameter of each variable, where ∂q = c (q⁺ − q⁻) and z^± ~ q^±; the other variables stay as
 *   drawn from q. The chain rule goes on from there to θ, and ∇_θ f(z, θ) is added.
 *   By a normal's μ: c = 1/(σ√2π), z^± = μ ± σ r with r Rayleigh (Weibull 2, √2). By its σ: c = 1/σ, z⁺ a double-sided Maxwell
 *   draw, z⁻ one of q. By the probabilities p_k of a discrete variable: Σ_k f(k) ∇p_k, its own values all tried
 * *requires* q normal, bernoulli, categorical, or independent of one of these. f may have jumps. For E variables it is called
 *   with 1 + 4E draws for each of a normal q, with 1 + K E for each of a discrete one with K values.
 *
 * @param options.coupled whether z⁺ and z⁻ come from the same random numbers, as by default: of a smooth f, this mostly lowers the
 *   variance. By μ they share r, by σ z⁻ is a component of a vector of 3 standard normals whose length is |z⁺|, and the other
 *   variables are the same. Else nothing is shared.
 * @throws from `surrogate`, when q is of another kind.
 */
export const measureValued = ({
  coupled = true,
}: { readonly coupled?: boolean } = {}): Estimator<WeaklyDifferentiable> => ({
  name: "measureValued",
  surrogate: ({ q, f }, params, key, draws) =>
    tf.tidy(() => {
      const distribution = q(params);
      const { eventShape, batchShape } = distribution;
      const [zKey, othersKey, noiseKey] = random.split(key, 3);
      const sample = (k: Key): tf.Tensor => stopGradient(distribution.sample(k, [draws]));
      const z = sample(zKey); //                               [draws, ...B, ...E]
      const cost = f(z, params); //                            [draws, ...B]
      checkCost("measureValued", cost, distribution, draws);

      /** The costs with each variable in turn replaced, [draws, ...B, ...E]; `which` of the sides this is. */
      const costWith = (values: tf.Tensor, which: number): tf.Tensor => {
        const others = coupled ? z : sample(random.fold(othersKey, which));
        const replaced = replaceEach(others, stopGradient(values), eventShape);
        return byVariable(stopGradient(f(replaced, params)), eventShape);
      };
      const shape = [draws, ...batchShape, ...eventShape];
      return termsOf(distribution, { costWith, coupled, shape, key: noiseKey }).reduce(
        (sum, { weight, parameter }) => {
          const change = weight.mul(parameter.sub(stopGradient(parameter))); // 0, with the gradient c (f⁺ − f⁻) ∇φ
          return sum.add(eventShape.length === 0 ? change : sumLast(change, eventShape.length));
        },
        cost,
      );
    }),
});

/** A parameter φ of the variables, [...B, ...E], and the estimates of ∂/∂φ, [draws, ...B, ...E]. */
interface Term {
  readonly parameter: tf.Tensor;
  readonly weight: tf.Tensor;
}

interface Setting {
  readonly costWith: (values: tf.Tensor, which: number) => tf.Tensor;
  readonly coupled: boolean;
  readonly shape: Shape;
  readonly key: Key;
}

function termsOf(q: Distribution, setting: Setting): Term[] {
  const base = baseOf(q);
  if (base.kind === "normal") return normalTerms(base as Normal, setting); // the kind says which type it is
  if (base.kind === "bernoulli" || base.kind === "categorical")
    return finiteTerms(base as Bernoulli | Categorical, setting);
  throw new Error(
    "measureValued: q must be normal, bernoulli, categorical, or independent of these, got a distribution of kind " +
      `"${base.kind}"; use scoreFunction()`,
  );
}

function normalTerms({ mu, sigma }: Normal, { costWith, coupled, shape, key }: Setting): Term[] {
  const [plusKey, minusKey, vectorKey, normalKey] = random.split(key, 4);
  const at = (eps: tf.Tensor): tf.Tensor => eps.mul(sigma).add(mu);
  const fixedSigma = stopGradient(sigma);

  const plus = rayleigh(plusKey, shape);
  const minus = coupled ? plus : rayleigh(minusKey, shape);
  const byMu = costWith(at(plus), 0).sub(costWith(at(minus.neg()), 1)); // f(μ + σ r) − f(μ − σ r')

  const vector = random.normal(vectorKey, [3, ...shape]);
  const component = vector.slice(0, 1).squeeze([0]);
  const maxwell = vector.square().sum(0).sqrt().mul(component.sign()); // density m² exp(−m²/2) / √2π
  const normal = coupled ? component : random.normal(normalKey, shape);
  const bySigma = costWith(at(maxwell), 2).sub(costWith(at(normal), 3)); // f(μ + σ m) − f(μ + σ ε)

  return [
    { parameter: mu, weight: byMu.div(fixedSigma.mul(Math.sqrt(2 * Math.PI))) },
    { parameter: sigma, weight: bySigma.div(fixedSigma) },
  ];
}

/** One term for each value: the costs with it, and its probability. */
const finiteTerms = (base: Bernoulli | Categorical, { costWith, shape }: Setting): Term[] =>
  probabilitiesOf(base).map((parameter, value) => ({
    parameter,
    weight: costWith(tf.fill([...shape], value), value),
  }));

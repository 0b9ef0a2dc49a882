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
import { checkPerDraw } from "../distributions/base/check-per-draw";
import type { Estimator } from "./estimator";
import { rayleigh } from "../core/random/noise";
import { baseOf, probabilitiesOf, type Finite } from "./outcomes";

/** The distributions with known weak derivatives: a scaled difference of two distributions per parameter. */
export type WeaklyDifferentiable = Normal | Independent<Normal> | Finite;

/**
 * The measure-valued estimator, or weak derivative (Pflug 1989; Mohamed et al. 2020, section 6 and Table 1).
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* c (f(z⁺) − f(z⁻)) for each parameter of each variable, where ∂q = c (q⁺ − q⁻) and z^± ~ q^±; the
 *   other variables keep their values drawn from q. The chain rule gives the gradient with respect to θ, and
 *   ∇_θ f(z, θ) is added.
 *   - For the μ of a normal, c = 1/(σ√2π), and z^± = μ ± σ r with r Rayleigh (Weibull 2, √2).
 *   - For its σ, c = 1/σ, z⁺ from a double-sided Maxwell distribution, and z⁻ from q.
 *   - For the probabilities p_k of a discrete variable, Σ_k f(k) ∇p_k over all its values.
 * *requires* q normal, bernoulli, categorical, or independent of one of these; f may be discontinuous. For E
 *   variables, f is evaluated at 1 + 4E points per draw from a normal q, and at 1 + K E for a discrete one
 *   with K values.
 *
 * @param options `coupled`: whether z⁺ and z⁻ share random numbers, true by default, which lowers the
 *   variance for most smooth f. For μ they share r; for σ, z⁻ is a component of a vector of 3 standard
 *   normals with length |z⁺|; the other variables are the same. If false, they are independent.
 * @throws from `surrogate`, if q is of another kind.
 */
export function measureValued({
  coupled = true,
}: { readonly coupled?: boolean } = {}): Estimator<WeaklyDifferentiable> {
  return {
    name: "measureValued",
    surrogate: ({ q, f }, params, key, draws) =>
      tf.tidy(() => {
        const distribution = q(params);
        const { eventShape, batchShape } = distribution;
        const [zKey, othersKey, noiseKey] = random.split(key, 3);
        const sample = (k: Key): tf.Tensor => stopGradient(distribution.sample(k, [draws]));
        const z = sample(zKey); //                               [draws, ...B, ...E]
        const cost = f(z, params); //                            [draws, ...B]
        checkPerDraw("measureValued", "f(z)", cost, distribution, draws);

        /** The costs with one variable replaced, for each variable, [draws, ...B, ...E]. */
        const costWith = (values: tf.Tensor, which: number): tf.Tensor => {
          const others = coupled ? z : sample(random.fold(othersKey, which));
          const replaced = replaceEach(others, stopGradient(values), eventShape);
          return byVariable(stopGradient(f(replaced, params)), eventShape);
        };
        const shape = [draws, ...batchShape, ...eventShape];
        return termsOf(distribution, { costWith, coupled, shape, key: noiseKey }).reduce(
          (sum, { weight, parameter }) => {
            // 0, with the gradient c (f⁺ − f⁻) ∇φ
            const change = weight.mul(parameter.sub(stopGradient(parameter)));
            return sum.add(eventShape.length === 0 ? change : sumLast(change, eventShape.length));
          },
          cost,
        );
      }),
  };
}

interface Term {
  /** A parameter φ of each variable, [...B, ...E]. */
  readonly parameter: tf.Tensor;
  /** Estimates of ∂/∂φ, [draws, ...B, ...E]. */
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
  if (base.kind === "normal") return normalTerms(base as Normal, setting); // `kind` determines the type
  if (base.kind === "bernoulli" || base.kind === "categorical")
    return finiteTerms(base as Bernoulli | Categorical, setting);
  throw new Error(
    "measureValued: q must be normal, bernoulli, categorical, or independent of these, " +
      `got a distribution of kind "${base.kind}"; use scoreFunction()`,
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

/** One term per value: the costs with that value, and its probability. */
function finiteTerms(base: Bernoulli | Categorical, { costWith, shape }: Setting): Term[] {
  return probabilitiesOf(base).map((parameter, value) => ({
    parameter,
    weight: costWith(tf.fill([...shape], value), value),
  }));
}

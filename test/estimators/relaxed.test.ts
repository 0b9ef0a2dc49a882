/**
 * The relaxed estimators have a bias. It is measured against enumeration, and held to the mean that they must
 * have: for one Bernoulli variable this is an integral over the uniform number u behind a draw, ∫ f'(y) dy/dl
 * du with y = σ((l + log u − log(1 − u))/τ) and dy/dl = y (1 − y)/τ; straight-through takes f' at the draw.
 */
import { random, tf } from "latent";
import { bernoulli, categorical, independent, normal } from "latent/distributions";
import {
  enumerate,
  type Finite,
  gradientEstimate,
  gradientSamples,
  type Objective,
  relaxed,
} from "latent/estimators";
import { describe, expect, test } from "vitest";
import { columns, moments } from "../support/statistics";

const key = random.key(77);
const N = 100_000;
const LOGIT = 0.3;
const coin: Objective<tf.Tensor, Finite> = { q: (l) => bernoulli(l), f: (x) => x.sub(0.45).square() };
function slope(y: number): number {
  return 2 * (y - 0.45);
}

function meanGradient(temperature: number, straightThrough: boolean, f: (y: number) => number): number {
  const cells = 500_000;
  let sum = 0;
  for (let i = 0; i < cells; i++) {
    const u = (i + 0.5) / cells;
    const y = 1 / (1 + Math.exp(-(LOGIT + Math.log(u / (1 - u))) / temperature));
    sum += (f(straightThrough ? Number(y > 0.5) : y) * y * (1 - y)) / temperature;
  }
  return sum / cells;
}

describe.each([false, true])("relaxed with straightThrough = %s", (straightThrough) => {
  const logit = tf.scalar(LOGIT);
  const exact = gradientEstimate(enumerate(), coin, logit, key).dataSync()[0] ?? NaN;

  test.each([2, 1, 0.5, 0.1])("at the temperature %d has the bias of quadrature", (temperature) => {
    const samples = gradientSamples(relaxed({ temperature, straightThrough }), coin, logit, key, N);
    const { mean, meanError } = moments(samples.dataSync());
    const bias = meanGradient(temperature, straightThrough, slope) - exact;
    expect(mean - exact).toBeWithinStandardErrors(bias, meanError);
    if (temperature === 1) expect(Math.abs(mean - exact)).toBeGreaterThan(6 * meanError); // it is there
  });

  test("for a categorical variable with two categories equals that for a Bernoulli variable", () => {
    const table = tf.tensor1d([-1, 2]);
    const objective: Objective<tf.Tensor, Finite> = {
      q: (l) => categorical(l),
      f: (y) => y.mul(table).sum(-1),
    };
    const samples = gradientSamples(
      relaxed({ temperature: 0.7, straightThrough }),
      objective,
      tf.tensor1d([0, LOGIT]),
      key,
      N,
    );
    const [by0, by1] = columns(samples).map(moments);
    const expected = meanGradient(0.7, straightThrough, () => 3);
    expect(by1?.mean ?? NaN).toBeWithinStandardErrors(expected, by1?.meanError ?? NaN);
    expect(by0?.mean ?? NaN).toBeWithinStandardErrors(-expected, by0?.meanError ?? NaN);
  });
});

describe("as the temperature goes to 0", () => {
  // p (1 − p); the gradient is (f(1) − f(0)) p (1 − p)
  const odds = (1 / (1 + Math.exp(-LOGIT))) * (1 / (1 + Math.exp(LOGIT)));

  test("the bias decreases and the variance increases", () => {
    const bias = (t: number): number => Math.abs(meanGradient(t, false, slope) - 0.1 * odds);
    expect(bias(0.05)).toBeLessThan(bias(0.5) / 3);
    expect(bias(0.01)).toBeLessThan(bias(0.05) / 3);
    const variance = (temperature: number): number =>
      moments(gradientSamples(relaxed({ temperature }), coin, tf.scalar(LOGIT), key, 10_000).dataSync())
        .variance;
    expect(variance(0.05)).toBeGreaterThan(3 * variance(0.5));
  });

  test("straight-through replaces f(1) − f(0) by the mean slope at the two outcomes", () => {
    const cube = (y: number): number => 3 * y * y; // of x³, 3/2 in place of 1
    // the error goes with the temperature
    expect(meanGradient(0.01, true, cube)).toBeNear(1.5 * odds, { rel: 0.01 });
    const objective: Objective<tf.Tensor, Finite> = { q: (l) => bernoulli(l), f: (x) => x.pow(3) };
    const estimator = relaxed({ temperature: 0.1, straightThrough: true });
    const samples = gradientSamples(estimator, objective, tf.scalar(LOGIT), key, N);
    const { mean, meanError } = moments(samples.dataSync());
    expect(mean).toBeWithinStandardErrors(meanGradient(0.1, true, cube), meanError);
    expect(mean - odds).toBeGreaterThan(6 * meanError);
  });
});

describe("relaxed", () => {
  const seen: tf.Tensor[] = [];
  const watch = (q: (l: tf.Tensor) => Finite, axes: number): Objective<tf.Tensor, Finite> => ({
    q,
    f: (y) => {
      seen.push(tf.keep(y.clone()));
      return axes === 0 ? y : y.sum(Array.from({ length: axes }, (_, i) => y.rank - axes + i));
    },
  });
  const given = (
    estimator: ReturnType<typeof relaxed>,
    objective: Objective<tf.Tensor, Finite>,
    l: tf.Tensor,
  ) => {
    estimator.surrogate(objective, l, key, 11);
    return seen.pop() as tf.Tensor;
  };
  const dice = watch((l) => independent(categorical(l)), 2);

  test("passes f points of the simplex for categorical variables, of (0, 1) for Bernoulli ones", () => {
    const soft = given(relaxed({ temperature: 0.5 }), dice, tf.zeros([3, 4]));
    expect(soft).toHaveShape([11, 3, 4]);
    expect(soft.sum(-1)).toBeNear(1, { abs: 1e-6 });
    expect(soft.greater(0).all().dataSync()[0]).toBe(1);
    const coins = given(
      relaxed({ temperature: 0.5 }),
      watch((l) => bernoulli(l), 0),
      tf.zeros([5]),
    );
    expect(coins).toHaveShape([11, 5]);
    expect(coins.greater(0).logicalAnd(coins.less(1)).all().dataSync()[0]).toBe(1);
  });

  test("passes f the draws themselves if straight-through", () => {
    const hard = given(relaxed({ temperature: 3, straightThrough: true }), dice, tf.zeros([3, 4]));
    expect(Array.from(hard.dataSync()).every((x) => x === 0 || x === 1)).toBe(true);
    expect(hard.sum(-1)).toBeNear(1, {});
  });

  test("leaves one tensor", () => {
    const quiet: Objective<tf.Tensor, Finite> = { q: (l) => categorical(l), f: (y) => y.square().sum(-1) };
    const logits = tf.zeros([4]);
    for (const straightThrough of [false, true]) {
      const estimator = relaxed({ temperature: 1, straightThrough });
      expect(() => estimator.surrogate(quiet, logits, key, 5)).toLeaveTensors(1);
    }
  });

  test("rejects a temperature that is not above 0, and a q that is not finite", () => {
    for (const temperature of [0, -1, NaN, Infinity])
      expect(() => relaxed({ temperature })).toThrow(
        new Error(`relaxed: temperature must be a positive finite number, got ${temperature}`),
      );
    const q = (): Finite => normal(tf.scalar(0), tf.scalar(1)) as unknown as Finite;
    expect(() => relaxed({ temperature: 1 }).surrogate({ q, f: (x) => x }, tf.scalar(0), key, 1)).toThrow(
      new Error(
        "relaxed: q must be bernoulli, categorical, or independent of these, got a distribution of kind " +
          '"normal"; use pathwise() or scoreFunction()',
      ),
    );
  });
});

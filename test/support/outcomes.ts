import { tf } from "latent";
import type { Distribution, Truncated, TruncatedNormal } from "latent/distributions";
import { sizeOf } from "../../lib/core/tensor/shape";

/**
 * A quadrature rule over outcomes: x [N, ...B, ...E] with weights w [N, ...B], for which Σ_n w_n p(x_n) = 1.
 */
export interface Outcomes {
  readonly x: tf.Tensor;
  readonly weights: tf.Tensor;
}

/** The i-th node of a quadrature rule, in standard deviations from the mean, and its weight. */
type Line = (i: number, points: number) => readonly [node: number, width: number];

/** Equidistant nodes from −9 to 9 standard deviations. */
function evenly(i: number, points: number): readonly [node: number, width: number] {
  return [(18 * i) / (points - 1) - 9, 18 / (points - 1)];
}

/** Rules for densities that are not smooth everywhere. */
const lines: Readonly<Record<string, Line>> = {
  // ±eᵗ for t from −14 to 2.5: smooth in t on either side of the kink, exact to 10⁻⁵ with at least 61 points
  laplace: (i, points) => {
    const step = (2 * 16.5) / (points - 1);
    const distance = Math.exp(step * Math.floor(i / 2) - 14);
    return [i % 2 === 0 ? -distance : distance, step * distance];
  },
  // The midpoint rule on the interval, which is √12 standard deviations long
  uniform: (i, points) => [Math.sqrt(12) * ((i + 0.5) / points - 0.5), Math.sqrt(12) / points],
};

/** A grid that is equidistant in t on an interval, x(t): for densities of one number. */
interface Curve {
  readonly from: number;
  readonly to: number;
  /** x and dx/dt for t [N, 1, …], for every member of the batch. */
  readonly at: (t: tf.Tensor, d: Distribution) => readonly [x: tf.Tensor, slope: tf.Tensor];
}

/** x = low + (high − low) σ(t), for densities that jump at the ends. */
const betweenEnds: Curve = {
  from: -17,
  to: 17,
  at: (t, d) => {
    const { low, high } = d as TruncatedNormal | Truncated;
    const [share, slope] = logistic(t);
    return [share.mul(high.sub(low)).add(low), slope.mul(high.sub(low))];
  },
};

/** Curves along which the integrand is smooth and vanishes at both ends. */
const curves: Readonly<Record<string, Curve>> = {
  // x = m eᵗ, for densities that vanish at 0 at least as x
  gamma: {
    from: -9,
    to: 3.2,
    at: (t, d) => {
      const x = t.exp().mul(d.mean());
      return [x, x];
    },
  },
  // x = σ(t), for densities that vanish at 0 and 1 at least as x (1 − x)
  beta: { from: -9, to: 9, at: (t, d) => logistic(t.add(tf.zeros([1, ...d.batchShape]))) },
  truncatedNormal: betweenEnds,
  truncated: betweenEnds,
  // x = μ + 3 σ sinh t, for densities that vanish as a power of x
  studentT: {
    from: -5,
    to: 5,
    at: (t, d) => {
      const scale = d.variance().sqrt().mul(3);
      return [t.sinh().mul(scale).add(d.mean()), t.cosh().mul(scale)];
    },
  },
};

/** σ(t) and its derivative. */
function logistic(t: tf.Tensor): readonly [x: tf.Tensor, slope: tf.Tensor] {
  return [t.sigmoid(), t.sigmoid().mul(t.neg().sigmoid())];
}

/** Vectors of two or three probabilities: x₁ = σ(t₁), x₂ = (1 − x₁) σ(t₂). */
function onSimplex(d: Distribution, points: number): Outcomes {
  const [size = 0] = d.eventShape;
  const free = size - 1;
  const ones = d.batchShape.map(() => 1);
  const step = 18 / (points - 1);
  const n = points ** free;
  let [rest, weights]: [tf.Tensor, tf.Tensor] = [tf.ones([n, ...ones]), tf.ones([n, ...d.batchShape])];
  const x: tf.Tensor[] = [];
  for (let k = 0; k < free; k++) {
    const t = Array.from({ length: n }, (_, i) => (Math.floor(i / points ** k) % points) * step - 9);
    const [share, slope] = logistic(tf.tensor(t, [n, ...ones]));
    x.push(share.mul(rest));
    weights = weights.mul(slope).mul(rest).mul(step);
    rest = rest.mul(tf.sub(1, share));
  }
  x.push(rest);
  return { x: tf.stack(x, -1).mul(tf.ones([n, ...d.batchShape, size])), weights };
}

function alongCurve(d: Distribution, { from, to, at }: Curve, points: number): Outcomes {
  const step = (to - from) / (points - 1);
  const t = tf.linspace(from, to, points).reshape([points, ...d.batchShape.map(() => 1)]);
  const [x, slope] = at(t, d);
  return { x, weights: slope.mul(step) };
}

/**
 * Returns all outcomes of a distribution, or a grid over those of a continuous one.
 *
 * @param categories the number of outcomes of an element of the event, 0 … categories − 1; undefined for a
 *   grid.
 * @param points the number of grid points per element, from −9 to 9 standard deviations about the mean unless
 *   the family has its own rule or curve. For a normal density the sum is exact to 10⁻¹⁰ with at least 31
 *   points.
 */
export function outcomes(d: Distribution, categories?: number, points = 61): Outcomes {
  if (d.kind === "dirichlet") return onSimplex(d, points);
  const curve = curves[d.kind];
  if (curve !== undefined && categories === undefined) return alongCurve(d, curve, points);
  const elements = sizeOf(d.eventShape);
  const each = categories ?? points;
  const n = each ** elements;
  if (n > 200_000) throw new Error(`outcomes: ${n} are too many`);
  // Element e of outcome i is digit e of i in base `each`
  const digits = Float32Array.from(
    { length: n * elements },
    (_, i) => Math.floor(Math.floor(i / elements) / each ** (i % elements)) % each,
  );
  const shape = [n, ...d.batchShape.map(() => 1), ...d.eventShape];
  const ones = tf.ones([n, ...d.batchShape]);
  if (categories !== undefined)
    return { x: tf.tensor(digits, shape).mul(tf.ones([n, ...d.batchShape, ...d.eventShape])), weights: ones };
  const grid = Array.from({ length: points }, (_, i) => (lines[d.kind] ?? evenly)(i, points));
  const sd = d.variance().sqrt();
  const scale = sd.reshape([...d.batchShape, elements]).prod(-1);
  const standing = Float32Array.from({ length: n }, (_, i) =>
    digits
      .subarray(i * elements, (i + 1) * elements)
      .reduce((product, digit) => product * (grid[digit]?.[1] ?? NaN), 1),
  );
  return {
    x: tf
      .tensor(
        digits.map((digit) => grid[digit]?.[0] ?? NaN),
        shape,
      )
      .mul(sd)
      .add(d.mean()),
    weights: ones.mul(tf.tensor(standing, [n, ...d.batchShape.map(() => 1)])).mul(scale),
  };
}

import * as tf from "@tensorflow/tfjs";

/** Three uniform rods in a vertical plane, joined end to end; the first turns about a fixed base. */
export interface Rods {
  /** Their lengths in m. */
  readonly lengths: readonly [number, number, number];
  /** Their masses in kg. */
  readonly masses: readonly [number, number, number];
  /** The acceleration of gravity in m/s²; 0 for an arm on a table. */
  readonly gravity: number;
  /** The friction of the joints in N·m·s: the torque is −friction · (angular velocity of the joint). */
  readonly friction: number;
}

/** The angles of the joints and their velocities, both [B, 3]; 0 is upright and in line, clockwise. */
export interface JointState {
  readonly angles: tf.Tensor2D;
  readonly speeds: tf.Tensor2D;
}

/** Maps angles of joints to angles of rods to the vertical, as rows times this matrix. */
const SUMS = [
  [1, 1, 1],
  [0, 1, 1],
  [0, 0, 1],
];

/** Maps torques of joints to torques on rods: joint i + 1 acts back on rod i. */
const REACTIONS = [
  [1, 0, 0],
  [-1, 1, 0],
  [0, -1, 1],
];

/**
 * Moves the rods for a time with constant torques, by the Runge–Kutta method of order 4.
 *
 * With φ the angles of the rods to the vertical, Lagrange's equations are, for i = 1 … 3,
 * Σⱼ cᵢⱼ (cos(φᵢ − φⱼ) φ̈ⱼ + sin(φᵢ − φⱼ) φ̇ⱼ²) = g bᵢ sin φᵢ + τᵢ − τᵢ₊₁, where
 * cᵢⱼ = lᵢ lⱼ (mₒ/2 + Σ_{k > o} m_k) for i ≠ j with o = max(i, j), cᵢᵢ = lᵢ² (mᵢ/3 + Σ_{k > i} m_k), and
 * bᵢ = lᵢ (mᵢ/2 + Σ_{k > i} m_k).
 *
 * @param torques of the joints in N·m, [B, 3].
 * @param time in s.
 * @param parts the number of steps of the method.
 */
export function moveRods(
  { angles, speeds }: JointState,
  torques: tf.Tensor2D,
  rods: Rods,
  time: number,
  parts: number,
): JointState {
  return tf.tidy(() => {
    const h = time / parts;
    const accelerate = accelerations(torques, rods);
    const rate = (q: tf.Tensor2D): tf.Tensor2D => {
      const [, speed] = halves(q);
      return tf.concat([speed, accelerate(q)], 1);
    };
    // In angles of rods: [φ, φ̇], [B, 6]
    let q = tf.concat<tf.Tensor2D>([matrix(angles, SUMS), matrix(speeds, SUMS)], 1);
    for (let part = 0; part < parts; part++) {
      const k1 = rate(q);
      const k2 = rate(q.add(k1.mul(h / 2)));
      const k3 = rate(q.add(k2.mul(h / 2)));
      const k4 = rate(q.add(k3.mul(h)));
      q = q.add(
        k1
          .add(k2.add(k3).mul(2))
          .add(k4)
          .mul(h / 6),
      );
    }
    const [phi, phiSpeed] = halves(q);
    return { angles: matrix(phi, DIFFERENCES), speeds: matrix(phiSpeed, DIFFERENCES) };
  });
}

/** The inverse of {@link SUMS}: joint angles are differences of rod angles. */
const DIFFERENCES = [
  [1, -1, 0],
  [0, 1, -1],
  [0, 0, 1],
];

/** Rows times a constant matrix, [B, 3]. */
function matrix(rows: tf.Tensor, m: readonly (readonly number[])[]): tf.Tensor2D {
  return tf.matMul(rows, tf.tensor2d(m.map((row) => [...row])));
}

function halves(q: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  return [q.slice([0, 0], [-1, 3]), q.slice([0, 3], [-1, 3])];
}

/** Returns the function [φ, φ̇] → φ̈, [B, 6] → [B, 3]. */
function accelerations(torques: tf.Tensor2D, rods: Rods): (q: tf.Tensor2D) => tf.Tensor2D {
  const { couplings, levers } = constants(rods);
  const c = tf.tensor3d([couplings]); // [1, 3, 3]
  const weights = tf.tensor2d([levers.map((b) => rods.gravity * b)]);
  return (q) => {
    const [phi, speed] = halves(q);
    const between = phi.expandDims(2).sub(phi.expandDims(1)); // φᵢ − φⱼ, [B, 3, 3]
    const joint = torques.sub(matrix(speed, DIFFERENCES).mul(rods.friction));
    const centrifugal = c.mul(between.sin()).mul(speed.square().expandDims(1)).sum(2);
    const force = phi.sin().mul(weights).add(matrix(joint, REACTIONS)).sub(centrifugal);
    return solve(c.mul(between.cos()), force);
  };
}

/** The constants cᵢⱼ and bᵢ of {@link moveRods}. */
function constants({ lengths, masses }: Rods): { couplings: number[][]; levers: number[] } {
  const beyond = (i: number): number => masses.slice(i + 1).reduce((sum, m) => sum + m, 0);
  const mass = (i: number): number => masses[i] ?? NaN;
  const length = (i: number): number => lengths[i] ?? NaN;
  const indices = [0, 1, 2];
  const couplings = indices.map((i) =>
    indices.map((j) => {
      const outer = Math.max(i, j);
      return length(i) * length(j) * (mass(outer) / (i === j ? 3 : 2) + beyond(outer));
    }),
  );
  return { couplings, levers: indices.map((i) => length(i) * (mass(i) / 2 + beyond(i))) };
}

/**
 * Solves symmetric systems m x = b by Cramer's rule: x = (b₀ r₁×r₂ + b₁ r₂×r₀ + b₂ r₀×r₁) / (r₀ · r₁×r₂) with
 * the rows r of m.
 *
 * @param m [B, 3, 3].
 * @param b [B, 3].
 */
function solve(m: tf.Tensor, b: tf.Tensor): tf.Tensor2D {
  const after = (x: tf.Tensor, axis: number, by: number): tf.Tensor =>
    tf.gather(x, tf.tensor1d([by, (by + 1) % 3, (by + 2) % 3], "int32"), axis);
  const [next, last] = [after(m, 1, 1), after(m, 1, 2)]; // row i: r of i + 1, r of i + 2
  const cross = after(next, 2, 1)
    .mul(after(last, 2, 2))
    .sub(after(next, 2, 2).mul(after(last, 2, 1))); // row i: r_{i+1} × r_{i+2}
  const determinant = m.mul(cross).sum(2).slice([0, 0], [-1, 1]); // r₀ · r₁×r₂, [B, 1]
  return b.expandDims(2).mul(cross).sum(1).div(determinant);
}

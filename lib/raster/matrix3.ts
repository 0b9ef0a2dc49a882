/** A 3 × 3 matrix, row by row: [m00, m01, …, m22]. */
export type Matrix3 = readonly number[];

/** A vector in three dimensions. */
export type Vector3 = readonly [x: number, y: number, z: number];

/** Returns the matrix that scales along the three axes. */
export function stretch(x: number, y: number, z: number): Matrix3 {
  return [x, 0, 0, 0, y, 0, 0, 0, z];
}

/**
 * Returns the rotation about an axis by an angle in radians, counterclockwise as seen from the tip of the
 * axis.
 */
export function turn(axis: "x" | "y" | "z", angle: number): Matrix3 {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  if (axis === "x") return [1, 0, 0, 0, c, -s, 0, s, c];
  return axis === "y" ? [c, 0, s, 0, 1, 0, -s, 0, c] : [c, -s, 0, s, c, 0, 0, 0, 1];
}

/** Returns the product a b. */
export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  return Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [3 * Math.floor(i / 3), i % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (a[row + k] ?? 0) * (b[3 * k + column] ?? 0), 0);
  });
}

/** Returns the product of a matrix and a vector. */
export function transform(m: Matrix3, [x, y, z]: Vector3): Vector3 {
  const row = (i: number): number => (m[i] ?? 0) * x + (m[i + 1] ?? 0) * y + (m[i + 2] ?? 0) * z;
  return [row(0), row(3), row(6)];
}

/** Returns the inverse of a matrix, by its adjugate. */
export function invert(m: Matrix3): Matrix3 {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m;
  const [u, v, w] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const determinant = a * u + b * v + c * w;
  return [
    u,
    c * h - b * i,
    b * f - c * e,
    v,
    a * i - c * g,
    c * d - a * f,
    w,
    b * g - a * h,
    a * e - b * d,
  ].map((minor) => minor / determinant);
}

/**
 * The weights that minimize ‖y − X w‖² / 2n + α ‖w‖₁, one coordinate after the other (Friedman et al. 2010, "Regularization Paths for
 * Generalized Linear Models via Coordinate Descent", equation 5).
 *
 * @param columns of X, standardized: mean 0 and variance 1 (or all 0) over the n rows of y.
 */
export function lasso(columns: readonly Float64Array[], y: Float64Array, alpha: number): Float64Array {
  const n = y.length;
  const w = new Float64Array(columns.length);
  const residual = Float64Array.from(y);
  for (let sweep = 0; sweep < 1000; sweep++) {
    let largest = 0;
    columns.forEach((column, d) => {
      const before = w[d] ?? 0;
      let [product, square] = [0, 0];
      for (let i = 0; i < n; i++) {
        const x = column[i] ?? 0;
        product += x * (residual[i] ?? 0);
        square += x * x;
      }
      if (square === 0) return;
      const pull = product / n + (square / n) * before;
      const after = (Math.sign(pull) * Math.max(0, Math.abs(pull) - alpha)) / (square / n);
      if (after === before) return;
      for (let i = 0; i < n; i++) residual[i] = (residual[i] ?? 0) - (after - before) * (column[i] ?? 0);
      w[d] = after;
      largest = Math.max(largest, Math.abs(after - before));
    });
    if (largest < 1e-9) break;
  }
  return w;
}

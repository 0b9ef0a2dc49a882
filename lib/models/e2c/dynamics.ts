import * as tf from "@tensorflow/tfjs";
import { product, plus } from "../../core/numeric/flat-matrix";
import * as tree from "../../core/tensor/tree";
import { plainMlp, type PlainMlp } from "../../nn/feedforward/plain-mlp";
import { sizes, type E2c, type LocalTransition } from "./model";

/** A, B and c of z′ = A z + B u + c, row by row. */
export interface PlainLinearModel {
  /** [Z · Z]. */
  readonly A: Float64Array;
  /** [Z · A]. */
  readonly B: Float64Array;
  /** [Z]. */
  readonly c: Float64Array;
}

/** The dynamics in plain numbers, a `Dynamics` of `latent/control`. */
export interface PlainDynamics {
  /** Z. */
  readonly stateSize: number;
  /** A. */
  readonly controlSize: number;
  /** Returns A(z) z + B(z) u + o(z), [Z]. */
  next(z: Float64Array, u: Float64Array): Float64Array;
  /** Returns a linear model that agrees with `next` at (z, u). */
  linear(z: Float64Array, u: Float64Array): PlainLinearModel;
}

/** Options of `e2c.dynamics`. */
export interface DynamicsOptions {
  /**
   * What `linear` returns: the network's "local" A(z), B(z) and o(z), by default, as in the paper, or the
   * "tangent", whose A is the Jacobian of z ↦ A(z) z + B(z) u + o(z).
   */
  readonly linear?: "local" | "tangent";
}

/**
 * Returns the latent dynamics in float64, with the weights as they are now, for the planners of
 * `latent/control`.
 *
 * @throws from its methods, if z has another length.
 */
export function dynamics(model: E2c, { linear = "local" }: DynamicsOptions = {}): PlainDynamics {
  const { stateSize: Z, controlSize } = sizes(model);
  const at = modelsOf(model, Z, controlSize);
  const apply = ({ A, B, c }: PlainLinearModel, z: Float64Array, u: Float64Array): Float64Array =>
    plus(plus(product(A, z, Z), product(B, u, controlSize)), c);
  return {
    stateSize: Z,
    controlSize,
    next: (z, u) => apply(at(z).model, z, u),
    linear(z, u) {
      const { model: local, slopes } = at(z, linear === "tangent");
      if (slopes === undefined) return local;
      const A = plus(local.A, slopes(z, u));
      const c = plus(plus(apply(local, z, u), product(A, z, Z), -1), product(local.B, u, controlSize), -1);
      return { A, B: local.B, c };
    },
  };
}

/** The local model at z and, if asked for, Σ (∂A/∂z) z + (∂B/∂z) u + ∂o/∂z as a function, [Z · Z]. */
interface Local {
  readonly model: PlainLinearModel;
  readonly slopes?: (z: Float64Array, u: Float64Array) => Float64Array;
}

function modelsOf({ transition }: E2c, Z: number, controls: number) {
  if (transition.form === "global") {
    const plain = (x: tf.Tensor): Float64Array => Float64Array.from(x.dataSync());
    const model = { A: plain(transition.A), B: plain(transition.B), c: plain(transition.o) };
    return (z: Float64Array): Local => {
      checkLength(z, Z);
      return { model };
    };
  }
  const { form } = transition;
  const network = headsOf(transition);
  const heads = form === "full" ? Z * Z : 2 * Z; // of A, before those of B and o
  return (z: Float64Array, withSlopes = false): Local => {
    checkLength(z, Z);
    const { value, jacobian } = withSlopes
      ? network.jacobian(z)
      : { value: network.apply(z), jacobian: undefined };
    const B = value.slice(heads, heads + Z * controls);
    const c = value.slice(heads + Z * controls);
    const change = value.subarray(0, heads);
    const A = Float64Array.from({ length: Z * Z }, (_, k) => {
      const [i, j] = [Math.floor(k / Z), k % Z];
      const m = form === "full" ? (change[k] ?? NaN) : (change[i] ?? NaN) * (change[Z + j] ?? NaN);
      return m + (i === j ? 1 : 0);
    });
    if (jacobian === undefined) return { model: { A, B, c } };
    const slope = (row: number, k: number): number => jacobian[row * Z + k] ?? NaN;
    const slopes = (x: Float64Array, u: Float64Array): Float64Array =>
      Float64Array.from({ length: Z * Z }, (_, place) => {
        const [i, k] = [Math.floor(place / Z), place % Z];
        let sum = slope(heads + Z * controls + i, k);
        for (let j = 0; j < Z; j++) {
          const ofA =
            form === "full"
              ? slope(i * Z + j, k)
              : slope(i, k) * (change[Z + j] ?? NaN) + (change[i] ?? NaN) * slope(Z + j, k);
          sum += ofA * (x[j] ?? NaN);
        }
        for (let a = 0; a < controls; a++) sum += slope(heads + i * controls + a, k) * (u[a] ?? NaN);
        return sum;
      });
    return { model: { A, B, c }, slopes };
  };
}

/** One network of the three heads, in plain numbers. */
function headsOf({ hidden, A, B, o }: LocalTransition): PlainMlp {
  const heads = tree.tidy(() => ({
    weights: tf.concat([A.weights, B.weights, o.weights], 1),
    bias: tf.concat([A.bias, B.bias, o.bias]),
  }));
  const network = plainMlp({ ...hidden, layers: [...hidden.layers, heads], output: "linear" });
  tree.dispose(heads);
  return network;
}

function checkLength(z: Float64Array, size: number): void {
  if (z.length !== size) throw new Error(`e2c.dynamics: z must have ${size} numbers, got ${z.length}`);
}

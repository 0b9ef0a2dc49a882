import { random } from "latent";
import { type Dynamics, linearDynamics, linearize, mlpDynamics } from "latent/control";
import { mlp, plainMlp } from "latent/nn";
import { describe, expect, test } from "vitest";
import { plus, product } from "../../../lib/core/numeric/flat-matrix";
import { vector } from "../fixtures";

const network = plainMlp(mlp.init(random.key(3), [5, 20, 3], { activation: "tanh", output: "linear" }));
const z = vector(0.3, -1.2, 0.8);
const u = vector(0.5, -0.4);

describe.each([true, false])("mlpDynamics with residual: %s", (residual) => {
  const dynamics = mlpDynamics(network, { residual });

  test("gives the network's output, or its sum with the state", () => {
    const f = network.apply([...z, ...u]);
    expect([dynamics.stateSize, dynamics.controlSize]).toEqual([3, 2]);
    expect(dynamics.next(z, u, 0)).toEqual(residual ? plus(f, z) : f);
  });

  test("has a linear model that is its tangent", () => {
    const { A, B, c } = linearize(dynamics, z, u, 0);
    // Sums of ten numbers of order 1
    const tangent = plus(plus(product(A, z, 3), product(B, u, 2)), c);
    expect(tangent).toBeNear(dynamics.next(z, u, 0), { abs: 1e-14 });
    // Central differences with h = 6e-6: a third derivative of order 1 times h², and 1e-16 / h
    const { next, stateSize, controlSize } = { ...dynamics, next: dynamics.next.bind(dynamics) };
    const byDifferences = linearize({ next, stateSize, controlSize }, z, u, 0);
    expect(byDifferences.A).toBeNear(A, { abs: 1e-9 });
    expect(byDifferences.B).toBeNear(B, { abs: 1e-9 });
    expect(byDifferences.c).toBeNear(c, { abs: 1e-8 });
  });
});

test("mlpDynamics refuses a network without an input for the control", () => {
  const square = plainMlp(mlp.init(random.key(3), [3, 3]));
  expect(() => mlpDynamics(square)).toThrow(
    "mlpDynamics: the number of inputs less that of outputs must be a positive integer, got 0",
  );
});

describe("linearDynamics", () => {
  const first = { A: vector(1, 0.1, 0, 1), B: vector(0, 0.1), c: vector(0, -1) };
  const second = { ...first, c: vector(0, -2) };

  test("gives A z + B u + c, of one model or of the model of the step", () => {
    const at = (dynamics: Dynamics, t: number): number[] => [...dynamics.next(vector(1, 2), vector(3), t)];
    expect(at(linearDynamics(first), 7)).toBeNear([1.2, 1.3], { abs: 1e-15 });
    expect(at(linearDynamics([first, second]), 1)).toBeNear([1.2, 0.3], { abs: 1e-15 });
    expect(linearize(linearDynamics([first, second]), vector(0, 0), vector(0), 1)).toBe(second);
  });

  test("refuses a step without a model, and models of other sizes", () => {
    const dynamics = linearDynamics([first, second]);
    expect(() => dynamics.next(vector(1, 2), vector(3), 2)).toThrow(
      "linearDynamics: step 2 has no model, got 2 models; plan fewer steps, or give one model for all",
    );
    expect(() => linearDynamics([first, { ...second, c: vector(1) }])).toThrow(
      "linearDynamics: models[1].c must have 2 numbers, got 1",
    );
    expect(() => linearDynamics([first, { ...second, W: vector(1) }])).toThrow(
      "linearDynamics: models[1].W must have 4 numbers, got 1",
    );
  });
});

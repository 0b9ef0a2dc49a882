/** What test/fixtures/control.py writes, as the library's types. */
import {
  linearDynamics,
  type LinearModel,
  type LqrProblem,
  type Problem,
  type Quadratic,
  type StateQuadratic,
  valueAt,
} from "latent/control";
import { dot, plus, product, transposedProduct } from "../../lib/core/numeric/flat-matrix";
import { fixture } from "../support/fixtures";

type Rows = readonly (readonly number[])[];

interface StateNumbers {
  readonly value: number;
  readonly z: readonly number[];
  readonly zz: Rows;
}

interface StepNumbers extends StateNumbers {
  readonly A: Rows;
  readonly B: Rows;
  readonly c: readonly number[];
  readonly W: Rows;
  readonly u: readonly number[];
  readonly uz: Rows;
  readonly uu: Rows;
}

interface ProblemNumbers {
  readonly steps: readonly StepNumbers[];
  readonly terminal: StateNumbers;
}

interface ControlFixture {
  readonly dare: readonly Readonly<Record<"A" | "B" | "Q" | "R" | "S" | "P" | "K", Rows>>[];
  readonly finiteHorizon: readonly (ProblemNumbers & {
    readonly solved: readonly (StateNumbers & { readonly K: Rows; readonly k: readonly number[] })[];
  })[];
  readonly boxQp: readonly {
    readonly H: Rows;
    readonly g: readonly number[];
    readonly lower: readonly number[];
    readonly upper: readonly number[];
    readonly x: readonly number[];
  }[];
  readonly limited: readonly (ProblemNumbers & {
    readonly start: readonly number[];
    readonly lower: readonly number[];
    readonly upper: readonly number[];
    readonly controls: Rows;
    readonly cost: number;
  })[];
}

export const control = fixture("control") as ControlFixture;

/** Rows as a matrix in one array. */
export function flat(rows: Rows): Float64Array {
  return Float64Array.from(rows.flat());
}

export function vector(...values: readonly number[]): Float64Array {
  return Float64Array.from(values);
}

function stateOf({ value, z, zz }: StateNumbers): StateQuadratic {
  return { value, z: vector(...z), zz: flat(zz) };
}

function costOf(step: StepNumbers): Quadratic {
  return { ...stateOf(step), u: vector(...step.u), uz: flat(step.uz), uu: flat(step.uu) };
}

function modelOf({ A, B, c, W }: StepNumbers): LinearModel {
  return { A: flat(A), B: flat(B), c: vector(...c), W: flat(W) };
}

export function lqrProblem({ steps, terminal }: ProblemNumbers): LqrProblem {
  return { models: steps.map(modelOf), costs: steps.map(costOf), terminal: stateOf(terminal) };
}

/** The same problem for planners of any problem, with exact expansions. */
export function problemOf({ models, costs, terminal }: LqrProblem): Problem {
  const costAt = (t: number): Quadratic => costs[t] ?? costs[0] ?? raise();
  const expandStage = (z: Float64Array, u: Float64Array, t: number): Quadratic => {
    const c = costAt(t);
    const [Z, A] = [z.length, u.length];
    const gz = plus(plus(c.z, product(c.zz, z, Z)), transposedProduct(c.uz, u, A));
    const gu = plus(plus(c.u, product(c.uu, u, A)), product(c.uz, z, Z));
    const value = c.value + 0.5 * (dot(c.z, z) + dot(c.u, u) + dot(gz, z) + dot(gu, u));
    return { ...c, value, z: gz, u: gu };
  };
  return {
    dynamics: linearDynamics(models),
    horizon: models.length,
    cost: {
      stage: (z, u, t) => expandStage(z, u, t).value,
      terminal: (z) => valueAt(terminal, z),
      expandStage,
      expandTerminal: (z) => ({
        value: valueAt(terminal, z),
        z: plus(terminal.z, product(terminal.zz, z, z.length)),
        zz: terminal.zz,
      }),
    },
  };
}

function raise(): never {
  throw new Error("the fixture has no such step");
}

/** An item of a fixture, which must be there. */
export function item<T>(items: readonly T[], index: number): T {
  return items[index] ?? raise();
}

/** What test/fixtures/control.py writes, as the library's types. */
import type { LinearModel, LqrProblem, Quadratic, StateQuadratic } from "latent/control";
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

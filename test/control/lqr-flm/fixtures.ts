/** What test/fixtures/control_flm.py writes, as the library's types. */
import type { LinearModel, LqrProblem, lqrFlm, Quadratic, StateQuadratic } from "latent/control";
import { fixture } from "../../support/fixtures";

type Rows = readonly (readonly number[])[];

/** A type with numbers [N] and rows [N, M] in place of its arrays. */
type Plain<T> = T extends Float64Array
  ? readonly number[] | Rows
  : T extends object
    ? { readonly [K in keyof T]: Plain<T[K]> }
    : T;

type Cost = Pick<LqrProblem, "costs" | "terminal">;

interface Moments {
  readonly local: Plain<lqrFlm.LocalModels>;
  readonly cost: Plain<Cost>;
  readonly policy: Plain<lqrFlm.GaussianPolicy>;
  readonly other: Plain<lqrFlm.GaussianPolicy>;
  readonly means: Rows;
  readonly covariances: readonly Rows[];
  readonly kl: number;
  readonly expectedCost: number;
}

interface Constrained {
  readonly local: Plain<lqrFlm.LocalModels>;
  readonly cost: Plain<Cost>;
  readonly old: Plain<lqrFlm.GaussianPolicy>;
  readonly epsilon: number;
  readonly expectedCost: number;
  readonly policy: Plain<lqrFlm.GaussianPolicy>;
}

interface Regression {
  readonly states: readonly Rows[];
  readonly controls: readonly Rows[];
  readonly strength: number;
  readonly prior: Plain<LinearModel> | null;
  readonly models: Plain<lqrFlm.LocalModels>["models"];
  readonly initial: Plain<lqrFlm.LocalModels>["initial"];
}

type OneStepName = "goal" | "weight" | "oldMean" | "oldVariance" | "epsilon" | "eta" | "variance" | "mean";

export const flm = fixture("control_flm") as {
  readonly moments: readonly Moments[];
  readonly constrained: readonly Constrained[];
  readonly oneStep: readonly Readonly<Record<OneStepName, number>>[];
  readonly regression: readonly Regression[];
};

/** Numbers or rows as one array. */
export function array(values: readonly number[] | Rows): Float64Array {
  return Float64Array.from(values.flat());
}

/** An object whose members are numbers or rows, as arrays; plain numbers stay. */
function members(plain: object): object {
  const entries = Object.entries(plain) as [string, number | readonly number[] | Rows][];
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "number" ? value : array(value)]),
  );
}

export function modelOf(plain: Plain<LinearModel>): LinearModel {
  return members(plain) as LinearModel;
}

export function localOf({ initial, models }: Plain<lqrFlm.LocalModels>): lqrFlm.LocalModels {
  return {
    initial: members(initial) as lqrFlm.LocalModels["initial"],
    models: models.map((model) => members(model) as Required<LinearModel>),
  };
}

export function policyOf(plain: Plain<lqrFlm.GaussianPolicy>): lqrFlm.GaussianPolicy {
  return plain.map((control) => members(control) as lqrFlm.GaussianControl);
}

export function costOf({ costs, terminal }: Plain<Cost>): Cost {
  return {
    costs: costs.map((cost) => members(cost) as Quadratic),
    terminal: members(terminal) as StateQuadratic,
  };
}

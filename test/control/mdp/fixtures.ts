/** What test/fixtures/soft_control.py writes, as the library's types. */
import { mdp } from "latent/control";
import { fixture } from "../../support/fixtures";

type Table = readonly number[];
type Transitions = readonly (readonly Table[])[];

interface EpisodeNumbers {
  readonly states: Table;
  readonly actions: Table;
}

interface Solved {
  readonly weights: Table;
  readonly value: number;
  readonly atTruth: number;
}

interface SoftControl {
  readonly finite: readonly {
    readonly p: Transitions;
    readonly stage: Table;
    readonly final: Table;
    readonly horizon: number;
    readonly temperature: number;
    readonly start: Table;
    readonly posterior: {
      readonly logEvidence: Table;
      readonly policies: readonly Table[];
      readonly marginals: readonly Table[];
    };
    readonly variational: { readonly bound: number; readonly policies: readonly Table[] };
  }[];
  readonly stationary: readonly {
    readonly p: Transitions;
    readonly stage: Table;
    readonly final: Table;
    readonly temperature: number;
    readonly discount: number;
    readonly start: Table;
    readonly values: Table;
    readonly policy: Table;
    readonly visits: Table;
    readonly last: Table;
  }[];
  readonly inverse: readonly {
    readonly p: Transitions;
    readonly stage: Table;
    readonly final: Table;
    readonly count: number;
    readonly horizon: number;
    readonly priorSd: number;
    readonly truth: Table;
    readonly episodes: readonly EpisodeNumbers[];
    readonly objectives: Readonly<Record<"actions" | "features" | "paths", Solved>>;
  }[];
  readonly inverseStationary: readonly {
    readonly p: Transitions;
    readonly stage: Table;
    readonly count: number;
    readonly discount: number;
    readonly priorSd: number;
    readonly episodes: readonly EpisodeNumbers[];
    readonly weights: Table;
    readonly value: number;
  }[];
}

export const softControl = fixture("soft_control") as SoftControl;

/** The process of a table p[s][a][s′], zero where an action is not available. */
export function processOf(p: Transitions): mdp.Mdp {
  return mdp.create({
    states: p.length,
    actions: p[0]?.length ?? 0,
    outcomes: (s, a) => (p[s]?.[a] ?? []).flatMap((q, next) => (q > 0 ? [[next, q] as const] : [])),
  });
}

export function numbers(values: Table): Float64Array {
  return Float64Array.from(values);
}

/** p(a|s), the same for all available actions. */
export function uniform(model: mdp.Mdp): Float64Array {
  return Float64Array.from({ length: model.states * model.actions }, (_, row) => {
    const s = Math.floor(row / model.actions);
    if (!mdp.isAvailable(model, s, row % model.actions)) return 0;
    return 1 / [...Array(model.actions).keys()].filter((a) => mdp.isAvailable(model, s, a)).length;
  });
}

export function item<T>(list: readonly T[], i: number): T {
  const found = list[i];
  if (found === undefined) throw new Error(`no item ${i}`);
  return found;
}

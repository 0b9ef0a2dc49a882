/** What test/fixtures/exploration.py writes. */
import type { exploration } from "latent/control";
import { fixture } from "../../support/fixtures";

interface Belief {
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
}

interface Exploration {
  readonly bernoulli: readonly { readonly alpha: number; readonly beta: number; readonly gain: number }[];
  readonly normal: readonly { readonly sd: number; readonly noise: number; readonly gain: number }[];
  readonly linear: readonly {
    readonly noise: number;
    readonly prior: number;
    readonly features: readonly (readonly number[])[];
    readonly y: readonly number[];
    readonly before: Belief;
    readonly after: Belief;
    readonly gain: number;
    readonly expectedGain: number;
  }[];
  readonly diagonal: { readonly after: Belief; readonly before: Belief; readonly gain: number };
  readonly digamma: { readonly x: readonly number[]; readonly values: readonly number[] };
  readonly logistic: {
    readonly mu: readonly number[];
    readonly scale: readonly number[];
    readonly levels: number;
    readonly k: readonly number[];
    readonly logProb: readonly (readonly number[])[];
  };
}

export const expected = fixture("exploration") as Exploration;

export function beliefOf({ mean, covariance }: Belief): exploration.NormalBelief {
  return { mean: Float64Array.from(mean), covariance: Float64Array.from(covariance) };
}

import { median, quantile } from "../statistics";
import { formatProcessor } from "./machine";
import { models, type ModelName } from "./models";
import type { Measured } from "./match";

/** One comparison of this library with a peer. */
export interface Row {
  /** The model, and our variant if it is not the main one. */
  readonly name: string;
  readonly peer: string;
  /** The processor and its widest vector instructions, on which the ratio depends. */
  readonly processor: string;
  /** The median over rounds of our time divided by the peer's. */
  readonly ratio: number;
  /** Milliseconds per step: medians over the rounds. */
  readonly ours_ms: number;
  readonly peer_ms: number;
  /** The spread of the ratios over the rounds. */
  readonly ratio_min: number;
  readonly ratio_q1: number;
  readonly ratio_q3: number;
  readonly ratio_max: number;
  readonly rounds: number;
  /** The share of the CPU time that other processes used, the larger mean of the two contenders. */
  readonly others_share: number;
  /** The largest accepted ratio, if there is one. */
  readonly target: number | null;
  /** The first call, which compiles. */
  readonly ours_first_call_ms: number;
  readonly peer_first_call_ms: number;
  /** The peak memory of the process. */
  readonly ours_peak_mib: number;
  readonly peer_peak_mib: number;
  /** The loss after the warm-up steps. */
  readonly ours_loss: number;
  readonly peer_loss: number;
}

/** Compares each of our variants with each peer; the first variant has the model's name and targets. */
export function rowsOf(model: ModelName, measured: readonly Measured[], label: string = model): Row[] {
  const ours = measured.filter(({ contender }) => contender.ours);
  const peers = measured.filter(({ contender }) => !contender.ours);
  return ours.flatMap((our, i) => {
    const name = i === 0 ? label : `${label} (1 step per call)`;
    const targets: Readonly<Record<string, number>> = i === 0 && label === model ? models[model].targets : {};
    return peers.map((peer) => compare(name, our, peer, targets[peer.contender.name] ?? null));
  });
}

function compare(name: string, ours: Measured, peer: Measured, target: number | null): Row {
  const ratios = ours.rounds.map((ms, round) => ms / (peer.rounds[round] ?? NaN));
  return {
    name,
    peer: peer.contender.name,
    processor: formatProcessor(),
    ratio: median(ratios),
    ours_ms: median(ours.rounds),
    peer_ms: median(peer.rounds),
    ratio_min: Math.min(...ratios),
    ratio_q1: quantile(ratios, 0.25),
    ratio_q3: quantile(ratios, 0.75),
    ratio_max: Math.max(...ratios),
    rounds: ratios.length,
    others_share: Math.max(ours.othersShare, peer.othersShare),
    target,
    ours_first_call_ms: ours.prepared.firstCallMs,
    peer_first_call_ms: peer.prepared.firstCallMs,
    ours_peak_mib: ours.peakMiB,
    peer_peak_mib: peer.peakMiB,
    ours_loss: ours.loss,
    peer_loss: peer.loss,
  };
}

/** The largest accepted relative difference of losses with the same random numbers, from rounding. */
const ROUNDING = 1e-3;

/**
 * Describes the peers with a different number of parameters, or with a loss that differs from ours by more
 * than random numbers and rounding explain.
 */
export function findDifferences(model: ModelName, measured: readonly Measured[]): string[] {
  const [ours, ...others] = measured;
  if (ours === undefined) return [];
  return others.flatMap(({ contender: { name, program }, prepared: { parameters }, loss }) => {
    // Only PyTorch has different random numbers.
    const tolerance = program === "torch" ? models[model].tolerance : ROUNDING;
    const [sameSize, sameLoss] = [
      parameters === ours.prepared.parameters,
      Math.abs(loss - ours.loss) <= tolerance * Math.abs(ours.loss),
    ];
    return [
      ...(sameSize ? [] : [`${name} has ${parameters} parameters, ours ${ours.prepared.parameters}`]),
      ...(sameLoss ? [] : [`the loss of ${name} is ${loss}, ours ${ours.loss}`]),
    ];
  });
}

import { median, quantile } from "../statistics";
import { models, type ModelName } from "./models";
import type { Measured } from "./match";

/** One comparison: this library's milliseconds a step over a peer's. */
export interface Row {
  /** The model, with what is special about our form behind it. */
  readonly name: string;
  readonly peer: string;
  /** ours / peer: the median of the rounds' ratios. */
  readonly ratio: number;
  /** Medians over the rounds. */
  readonly ours_ms: number;
  readonly peer_ms: number;
  /** The spread of the rounds' ratios. */
  readonly ratio_min: number;
  readonly ratio_q1: number;
  readonly ratio_q3: number;
  readonly ratio_max: number;
  readonly rounds: number;
  /** The share of the machine that other processes had in the turns that count, the larger of the two averages. */
  readonly others_share: number;
  /** What the ratio is to be at most, where something is promised. */
  readonly target: number | null;
  /** The first call, with the compilation in it. */
  readonly ours_first_call_ms: number;
  readonly peer_first_call_ms: number;
  /** The most memory that the process has had. */
  readonly ours_peak_mib: number;
  readonly peer_peak_mib: number;
  /** After the model's warm-up steps. */
  readonly ours_loss: number;
  readonly peer_loss: number;
}

/** Compares each of our forms with each peer; the first form has the model's own name and its targets. */
export function rowsOf(model: ModelName, measured: readonly Measured[], label: string = model): Row[] {
  const ours = measured.filter(({ contender }) => contender.ours);
  const peers = measured.filter(({ contender }) => !contender.ours);
  return ours.flatMap((our, i) => {
    const name = i === 0 ? label : `${label} (1 step a call)`;
    const targets: Readonly<Record<string, number>> = i === 0 && label === model ? models[model].targets : {};
    return peers.map((peer) => compare(name, our, peer, targets[peer.contender.name] ?? null));
  });
}

function compare(name: string, ours: Measured, peer: Measured, target: number | null): Row {
  const ratios = ours.rounds.map((ms, round) => ms / (peer.rounds[round] ?? NaN));
  return {
    name,
    peer: peer.contender.name,
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

/** How far apart the losses of libraries with the same draws may be, by the order of sums alone; relative to ours. */
const ROUNDING = 1e-3;

/** The peers whose number of parameters is another, or whose loss is farther from ours than other draws and rounding explain. */
export function disagreements(model: ModelName, measured: readonly Measured[]): string[] {
  const [ours, ...others] = measured;
  if (ours === undefined) return [];
  return others.flatMap(({ contender: { name, program }, prepared: { parameters }, loss }) => {
    const tolerance = program === "torch" ? models[model].tolerance : ROUNDING; // PyTorch alone has another generator
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

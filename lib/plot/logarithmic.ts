import { extent, show } from "./numbers";

/** A logarithmic scale and its axis, for a Vega-Lite channel. */
export interface LogarithmicChannel {
  readonly scale: { readonly type: "log"; readonly domain: [number, number]; readonly nice: false };
  readonly axis: { readonly values: number[]; readonly labelExpr: string } | { readonly tickCount: number };
}

/** Ticks within a decade are drawn up to so many decades. */
const FEW_DECADES = 2.5;
const MOST_TICKS = 8;
/** What may be written out; with any tick beyond, all are powers of ten. */
const WRITTEN_OUT = [1e-3, 1e6] as const;

/**
 * A logarithmic axis that ends where its numbers end, where Vega-Lite would go on to the next power of ten, with labels of one kind:
 * all written out (0.1, 1, 10) or all powers (10⁻¹⁵, 10⁻¹⁰).
 *
 * @param numbers all that is drawn along the axis, above 0.
 */
export function logarithmic(numbers: Iterable<number>): LogarithmicChannel {
  const [low, high] = extent(numbers);
  const room = high > low ? (high / low) ** 0.02 : 2;
  const domain: [number, number] = [low / room, high * room];
  const ticks = ticksIn(domain);
  return {
    scale: { type: "log", domain, nice: false },
    axis: ticks.length < 2 ? { tickCount: 5 } : { values: ticks, labelExpr: labels(ticks) },
  };
}

/** Powers of ten and, where they are few, their doubles and quintuples. */
function ticksIn([low, high]: [number, number]): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const few = Math.log10(high / low) <= FEW_DECADES;
  const step = Math.ceil((last - first) / MOST_TICKS);
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return powers
    .filter((power) => few || power % step === 0)
    .flatMap((power) => (few ? [1, 2, 5] : [1]).map((digit) => Number(`${digit}e${power}`)))
    .filter((tick) => tick >= low && tick <= high);
}

/** A Vega expression that looks a tick's label up. */
function labels(ticks: readonly number[]): string {
  const out = ticks.some((tick) => tick < WRITTEN_OUT[0] || tick > WRITTEN_OUT[1]);
  const entries = ticks.map((tick) => [tick, out ? power(tick) : show(tick, decimals(tick))]);
  return `(${JSON.stringify(Object.fromEntries(entries))})[toString(datum.value)]`;
}

const decimals = (tick: number): number => Math.max(0, -Math.floor(Math.log10(tick)));

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** `10⁻³`, `5 · 10⁻⁴` */
function power(tick: number): string {
  const [digit = "", exponent = ""] = tick.toExponential().split("e");
  const raised = exponent
    .replace("+", "")
    .replace("-", "⁻")
    .replace(/\d/g, (c) => SUPERSCRIPTS.charAt(Number(c)));
  return `${digit === "1" ? "" : `${digit} · `}10${raised}`;
}

import { extent, show } from "../numeric/numbers";

/** A logarithmic scale and its axis, for a Vega-Lite channel. */
export interface LogarithmicChannel {
  readonly scale: { readonly type: "log"; readonly domain: [number, number]; readonly nice: false };
  readonly axis: { readonly values: number[]; readonly labelExpr: string } | { readonly tickCount: number };
}

/** Of powers of ten; where there would be more, some are left out at equal steps. */
const MOST_TICKS = 8;
/** What may be written out; with any tick beyond, all are powers of ten. */
const writtenOut = (tick: number): boolean => tick >= 1e-3 && tick <= 1e6;

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
  const within = (tick: number): boolean => tick >= low && tick <= high;
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = exponents.map((exponent) => Number(`1e${exponent}`)).filter(within);
  if (powers.length >= (powers.every(writtenOut) ? 4 : 3)) {
    const step = Math.ceil(powers.length / MOST_TICKS);
    return powers.filter((power) => Math.round(Math.log10(power)) % step === 0);
  }
  return exponents
    .flatMap((exponent) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)))
    .filter(within);
}

/** A Vega expression that looks a tick's label up. */
function labels(ticks: readonly number[]): string {
  const write = ticks.every(writtenOut) ? (tick: number) => show(tick, decimals(tick)) : power;
  const entries = ticks.map((tick) => [tick, write(tick)]);
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

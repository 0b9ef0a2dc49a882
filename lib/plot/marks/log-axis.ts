import { extent, formatNumber } from "../numeric/numbers";

/** The logarithmic scale and axis of a Vega-Lite channel. */
export interface LogChannel {
  readonly scale: { readonly type: "log"; readonly domain: [number, number]; readonly nice: false };
  readonly axis: { readonly values: number[]; readonly labelExpr: string } | { readonly tickCount: number };
}

/** The most powers of ten on an axis; if there are more, every second or third, … is labelled. */
const MAX_TICKS = 8;

/**
 * Returns a logarithmic axis that ends at its values, where Vega-Lite would extend it to the next power of
 * ten. All labels have the same format: decimals (0.1, 1, 10) or powers (10⁻¹⁵, 10⁻¹⁰).
 *
 * @param values everything drawn along the axis, positive.
 */
export function logChannel(values: Iterable<number>): LogChannel {
  const [low, high] = extent(values);
  const margin = high > low ? (high / low) ** 0.02 : 2;
  const domain: [number, number] = [low / margin, high * margin];
  const ticks = logTicks(domain);
  return {
    scale: { type: "log", domain, nice: false },
    axis: ticks.length < 2 ? { tickCount: 5 } : { values: ticks, labelExpr: labelExpression(ticks) },
  };
}

/** Powers of ten; with few of them, also their multiples by 2 and 5. */
function logTicks([low, high]: [number, number]): number[] {
  const isInside = (tick: number): boolean => tick >= low && tick <= high;
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = exponents.map((exponent) => Number(`1e${exponent}`)).filter(isInside);
  if (powers.length >= (powers.every(isDecimal) ? 4 : 3)) {
    const step = Math.ceil(powers.length / MAX_TICKS);
    return powers.filter((power) => Math.round(Math.log10(power)) % step === 0);
  }
  return exponents
    .flatMap((exponent) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)))
    .filter(isInside);
}

/** Whether a tick is formatted as a decimal number if all the others are. */
function isDecimal(tick: number): boolean {
  return tick >= 1e-3 && tick <= 1e6;
}

/** A Vega expression that maps a tick to its label. */
function labelExpression(ticks: readonly number[]): string {
  const format = ticks.every(isDecimal)
    ? (tick: number) => formatNumber(tick, decimalsOf(tick))
    : formatPower;
  const labels = ticks.map((tick) => [tick, format(tick)]);
  return `(${JSON.stringify(Object.fromEntries(labels))})[toString(datum.value)]`;
}

function decimalsOf(tick: number): number {
  return Math.max(0, -Math.floor(Math.log10(tick)));
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Formats a tick as `10⁻³` or `5 · 10⁻⁴`. */
function formatPower(tick: number): string {
  const [digit = "", exponent = ""] = tick.toExponential().split("e");
  const superscript = exponent
    .replace("+", "")
    .replace("-", "⁻")
    .replace(/\d/g, (c) => SUPERSCRIPTS.charAt(Number(c)));
  return `${digit === "1" ? "" : `${digit} · `}10${superscript}`;
}

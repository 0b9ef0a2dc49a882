import { firstChange, showNumbers, type FixedNumbers } from "../trace/fixed-numbers";
import { userLine } from "../trace/tracing-errors";

/** The calls after which a compiled function is traced once more, to compare its constants. */
const CHECKED_CALLS = new Set([10, 100, 1000, 10_000]);

/**
 * Looks for JavaScript values that a compiled graph keeps although they have changed since: a learning rate
 * or a temperature that the function closes over, or a condition on the number of the step.
 */
export class FrozenNumbers {
  private calls = 0;
  private warned = false;

  /**
   * @param name the name of the compiled function, for messages.
   * @param fixed the constants that its trace recorded.
   */
  constructor(
    private readonly name: string,
    private readonly fixed: readonly FixedNumbers[],
  ) {}

  /**
   * Counts a call, and from time to time compares the constants with those of a new trace.
   *
   * @param traceAgain traces the function with the arguments of this call, and returns the constants.
   */
  afterCall(traceAgain: () => readonly FixedNumbers[]): void {
    this.calls += 1;
    if (this.warned || !CHECKED_CALLS.has(this.calls)) return;
    const change = this.change(attempt(traceAgain));
    if (change === undefined) return;
    this.warned = true;
    console.warn(
      `jit: "${this.name}" ${change}; pass what changes as a tensor argument (tf.scalar), ` +
        "or compute it from the step",
    );
  }

  private change(now: readonly FixedNumbers[] | undefined): string | undefined {
    if (now === undefined) return undefined;
    if (now.length !== this.fixed.length)
      return "would run other operations now than when it was compiled, and keeps the first ones";
    const i = firstChange(this.fixed, now);
    const [before, after] = [this.fixed[i], now[i]];
    if (before === undefined || after === undefined) return undefined;
    const line = userLine(after.origin);
    return (
      `was compiled with the number ${showNumbers(before)}${line === undefined ? "" : ` at ${line}`}, ` +
      `which would be ${showNumbers(after)} now, and keeps the first value`
    );
  }
}

/** Returns the result of a function, undefined if it throws: a second trace may fail without harm. */
function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}

/** Milliseconds that an awaiting cell gets after an interrupt to end by itself and clean up. */
export const GRACE = 250;

/**
 * The same for a cell in which the library has noticed the interrupt: training that stops now evaluates its model and draws its
 * figure once more, and a cell that failed meanwhile would lose the model.
 */
export const HEEDED_GRACE = 10_000;

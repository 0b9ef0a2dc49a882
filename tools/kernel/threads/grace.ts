/** Milliseconds for an awaiting cell to end by itself and clean up after an interrupt. */
export const GRACE = 250;

/**
 * The same for a cell in which the library has noticed the interrupt: training then evaluates its model and
 * draws its figure a last time, and the model would be lost if the cell failed meanwhile.
 */
export const NOTICED_GRACE = 10_000;

/** Returns `corners` + 1 points [cos, sin] around the unit circle; the last one closes it. */
export function unitCircle(corners: number): [cos: number, sin: number][] {
  return Array.from({ length: corners + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return [Math.cos(angle), Math.sin(angle)];
  });
}

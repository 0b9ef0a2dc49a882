import type { Vector3 } from "../../../raster/matrix3";
import type { Colour } from "../../../raster/picture";
import type { Solid } from "../../../raster/solids";
import { along, ball, bent, bothSides, box, disc, fourLegs, rod } from "./parts";

/** A chair that faces z, stands on y = −1 and is at most 2 high. */
export interface ChairStyle {
  /** The name of the level of the factor style. */
  readonly name: string;
  /** The colour of each material. */
  readonly colours: readonly Colour[];
  /** The solids; their materials are indices into `colours`. */
  readonly parts: readonly Solid[];
}

/** The x of n slats, equidistant over a width. */
function slats(n: number, width: number): number[] {
  return Array.from({ length: n }, (_, i) => width * (i / (n - 1) - 0.5));
}

const kitchen: ChairStyle = {
  name: "kitchen",
  colours: [
    [0.86, 0.62, 0.36],
    [0.93, 0.74, 0.49],
  ],
  parts: [
    box([0, -0.08, 0], [0.96, 0.09, 0.9], 1),
    ...bothSides((side) => [
      box([side * 0.42, -0.55, 0.38], [0.1, 0.9, 0.1], 0),
      box([side * 0.42, -0.02, -0.4], [0.1, 1.96, 0.1], 0),
      box([side * 0.42, -0.5, 0], [0.06, 0.07, 0.76], 0),
    ]),
    box([0, 0.82, -0.4], [0.84, 0.22, 0.08], 1),
    ...slats(4, 0.54).map((x) => box([x, 0.33, -0.4], [0.08, 0.78, 0.05], 0)),
  ],
};

const ladder: ChairStyle = {
  name: "ladder back",
  colours: [
    [0.42, 0.24, 0.14],
    [0.88, 0.78, 0.52],
  ],
  parts: [
    box([0, -0.12, 0], [0.86, 0.12, 0.8], 1),
    ...bothSides((side) => [
      rod([side * 0.42, -1, 0.38], [side * 0.42, 0.02, 0.38], 0.11, 0),
      rod([side * 0.42, -1, -0.38], [side * 0.4, 1, -0.52], 0.11, 0),
      rod([side * 0.42, -0.6, -0.38], [side * 0.42, -0.6, 0.38], 0.06, 0),
    ]),
    rod([-0.42, -0.5, 0.38], [0.42, -0.5, 0.38], 0.06, 0),
    ...[0.14, 0.4, 0.66, 0.9].map((y) => box([0, y, -0.39 - 0.13 * y], [0.8, 0.13, 0.05], 0)),
  ],
};

const bistro: ChairStyle = {
  name: "bistro",
  colours: [
    [0.17, 0.18, 0.21],
    [0.83, 0.2, 0.18],
  ],
  parts: [
    disc([0, -0.08, 0], [0.98, 0.11, 0.98], 1),
    ...fourLegs([0.32, -0.12, 0.32], [0.46, 0.46], 0.075, 0),
    ...bent(
      along(9, (t) => [
        -0.44 * Math.cos(Math.PI * t),
        -0.06 + 1.02 * Math.sin(Math.PI * t) ** 0.8,
        -0.3 - 0.16 * Math.sin(Math.PI * t),
      ]),
      0.08,
      0,
    ),
    ...[-0.16, 0.16].map((x) => rod([x, -0.06, -0.38], [x, 0.86, -0.45], 0.06, 0)),
  ],
};

const armchair: ChairStyle = {
  name: "armchair",
  colours: [
    [0.07, 0.47, 0.5],
    [0.16, 0.62, 0.63],
    [0.35, 0.22, 0.14],
  ],
  parts: [
    box([0, -0.62, 0], [1.0, 0.5, 0.96], 0),
    box([0, -0.3, 0.08], [0.86, 0.2, 0.92], 1),
    box([0, 0.2, -0.46], [1.0, 1.3, 0.22], 0, 0.14),
    box([0, 0.14, -0.32], [0.8, 0.72, 0.12], 1, 0.14),
    ...bothSides((side) => [
      box([side * 0.56, -0.42, 0], [0.2, 0.92, 1.04], 0),
      rod([side * 0.56, 0.04, -0.5], [side * 0.56, 0.04, 0.54], 0.22, 0),
      rod([side * 0.5, -0.86, 0.4], [side * 0.5, -1, 0.4], 0.1, 2),
      rod([side * 0.5, -0.86, -0.4], [side * 0.5, -1, -0.4], 0.1, 2),
    ]),
  ],
};

const office: ChairStyle = {
  name: "office",
  colours: [
    [0.16, 0.26, 0.52],
    [0.23, 0.24, 0.27],
    [0.62, 0.64, 0.68],
  ],
  parts: [
    box([0, -0.16, 0.02], [0.94, 0.16, 0.9], 0),
    box([0, 0.55, -0.46], [0.86, 0.86, 0.12], 0, 0.1),
    rod([0, -0.2, -0.4], [0, 0.3, -0.5], 0.12, 1),
    rod([0, -0.9, 0], [0, -0.2, 0], 0.13, 2),
    ...[0, 1, 2, 3, 4].flatMap((i) => {
      const [s, c] = [Math.sin((2 * Math.PI * i) / 5), Math.cos((2 * Math.PI * i) / 5)];
      const foot: Vector3 = [0.5 * s, -0.9, 0.5 * c];
      return [rod([0, -0.8, 0], foot, 0.09, 1), ball([0.5 * s, -0.93, 0.5 * c], [0.14, 0.14, 0.14], 1)];
    }),
    ...bothSides((side) => [
      box([side * 0.54, 0.2, 0.02], [0.1, 0.06, 0.56], 1),
      rod([side * 0.52, -0.16, 0], [side * 0.54, 0.2, 0], 0.07, 1),
    ]),
  ],
};

const shell: ChairStyle = {
  name: "shell",
  colours: [
    [0.97, 0.76, 0.15],
    [0.78, 0.56, 0.34],
  ],
  parts: [
    ball([0, -0.08, 0.05], [1.06, 0.2, 1.0], 0),
    ball([0, 0.4, -0.4], [1.02, 1.08, 0.18], 0, 0.22),
    ...bothSides((side) => [ball([side * 0.45, 0.02, -0.1], [0.14, 0.3, 0.72], 0)]),
    ...fourLegs([0.24, -0.12, 0.24], [0.5, 0.48], 0.085, 1),
  ],
};

const bar: ChairStyle = {
  name: "bar",
  colours: [
    [0.74, 0.75, 0.79],
    [0.52, 0.2, 0.45],
  ],
  parts: [
    disc([0, 0.3, 0], [0.82, 0.16, 0.82], 1),
    ...fourLegs([0.28, 0.24, 0.28], [0.42, 0.42], 0.075, 0),
    ...bothSides((side) => [
      rod([side * 0.37, -0.5, -0.37], [side * 0.37, -0.5, 0.37], 0.055, 0),
      rod([-0.37, -0.5, side * 0.37], [0.37, -0.5, side * 0.37], 0.055, 0),
      rod([side * 0.3, 0.3, -0.3], [side * 0.32, 0.8, -0.42], 0.065, 0),
    ]),
    box([0, 0.82, -0.42], [0.76, 0.22, 0.1], 1, 0.15),
  ],
};

const rocking: ChairStyle = {
  name: "rocking",
  colours: [
    [0.26, 0.5, 0.27],
    [0.4, 0.66, 0.37],
  ],
  parts: [
    box([0, -0.14, 0.02], [0.9, 0.1, 0.86], 1),
    ...bothSides((side) => [
      ...bent(
        along(7, (t) => [side * 0.4, -0.97 + 0.6 * (t - 0.5) ** 2, 1.36 * (t - 0.5)]),
        0.09,
        0,
      ),
      rod([side * 0.4, -0.92, 0.36], [side * 0.44, 0.22, 0.36], 0.08, 0),
      rod([side * 0.4, -0.92, -0.34], [side * 0.42, 0.96, -0.56], 0.09, 0),
      box([side * 0.47, 0.24, -0.02], [0.12, 0.06, 0.9], 1),
    ]),
    box([0, 0.88, -0.55], [0.86, 0.2, 0.07], 1, 0.12),
    ...slats(5, 0.6).map((x) => rod([x, -0.1, -0.42], [x, 0.84, -0.54], 0.055, 0)),
  ],
};

/** The chairs by the level of the factor style. */
export const chairStyles: readonly ChairStyle[] = [
  kitchen,
  ladder,
  bistro,
  armchair,
  office,
  shell,
  bar,
  rocking,
];

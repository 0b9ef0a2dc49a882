import { stretch, type Vector3 } from "../../../raster/matrix3";
import type { Colour } from "../../../raster/picture";
import { leaning, type Solid } from "../../../raster/solids";

/** The materials of a face; `face` is the skin on which the features are painted. */
export const materials = { skin: 0, face: 1, hair: 2, shirt: 3 } as const;

function ball(centre: Vector3, radii: Vector3, material: number, lean = 0): Solid {
  return leaning("ball", centre, radii, material, lean);
}

/** A part at x and its mirror image at −x. */
function pair(part: (side: 1 | -1) => Solid): Solid[] {
  return [part(1), part(-1)];
}

/** Head, nose, ears, neck and shoulders; the face looks along z. */
export const head: readonly Solid[] = [
  ball([0, 0, 0], [0.72, 0.94, 0.8], materials.face),
  ball([0, -0.36, 0.1], [0.56, 0.56, 0.62], materials.face),
  ball([0, -0.12, 0.8], [0.085, 0.2, 0.13], materials.skin, -0.25),
  ball([0, -0.22, 0.83], [0.125, 0.09, 0.12], materials.skin),
  ...pair((side) => ball([side * 0.71, -0.04, -0.05], [0.1, 0.19, 0.13], materials.skin)),
  { kind: "cylinder", centre: [0, -1.0, -0.12], axes: stretch(0.34, 0.4, 0.34), material: materials.skin },
  ball([0, -1.62, -0.15], [1.05, 0.56, 0.5], materials.shirt),
];

/** The hair styles by the level of the factor hair; hair is visible where it lies above the skin. */
export const hairStyles: readonly {
  readonly name: string;
  readonly colour: Colour;
  readonly parts: readonly Solid[];
}[] = [
  { name: "bald", colour: [0.5, 0.5, 0.5], parts: [] },
  {
    name: "short black",
    colour: [0.13, 0.11, 0.11],
    parts: [
      ball([0, 0.22, -0.14], [0.79, 0.82, 0.8], materials.hair),
      ball([0, 0.72, 0.22], [0.5, 0.28, 0.46], materials.hair),
    ],
  },
  {
    name: "brown bob",
    colour: [0.42, 0.25, 0.13],
    parts: [
      ball([0, 0.24, -0.12], [0.84, 0.84, 0.82], materials.hair),
      ...pair((side) => ball([side * 0.66, -0.22, -0.08], [0.24, 0.62, 0.48], materials.hair)),
      ball([0, -0.2, -0.42], [0.74, 0.62, 0.42], materials.hair),
      ball([0.14, 0.66, 0.4], [0.52, 0.24, 0.36], materials.hair, 0.5),
    ],
  },
  {
    name: "long blond",
    colour: [0.9, 0.72, 0.36],
    parts: [
      ball([0, 0.26, -0.14], [0.84, 0.84, 0.8], materials.hair),
      ...pair((side) => ball([side * 0.68, -0.5, -0.12], [0.25, 1.0, 0.4], materials.hair)),
      ball([0, -0.5, -0.5], [0.74, 1.0, 0.36], materials.hair),
      ...pair((side) => ball([side * 0.34, 0.64, 0.34], [0.4, 0.3, 0.36], materials.hair, 0.5)),
    ],
  },
  {
    name: "red curls",
    colour: [0.72, 0.28, 0.12],
    parts: curls(34),
  },
  {
    name: "grey bun",
    colour: [0.68, 0.68, 0.71],
    parts: [
      ball([0, 0.24, -0.16], [0.77, 0.79, 0.76], materials.hair),
      ball([0, 1.0, -0.2], [0.3, 0.26, 0.3], materials.hair),
    ],
  },
];

/** Balls on a spiral from the crown down, except in front of the face. */
function curls(n: number): Solid[] {
  return Array.from({ length: n }, (_, i): Vector3 => {
    const [height, angle] = [1 - (1.25 * (i + 0.5)) / n, i * Math.PI * (3 - Math.sqrt(5))];
    const wide = Math.sqrt(1 - height * height);
    return [wide * Math.sin(angle), height, wide * Math.cos(angle)];
  })
    .filter(([, height, z]) => z <= 0.2 || height >= 0.55)
    .map(([x, height, z]) =>
      ball([0.76 * x, 0.08 + 0.9 * height, 0.74 * z - 0.12], [0.3, 0.3, 0.3], materials.hair),
    );
}

import { random, type tf } from "latent";
import { chairs, faces } from "latent/data";
import { describe, expect, test } from "vitest";
import { castChair } from "../../../lib/data/rendered/chairs";
import { chairStyles, type ChairStyle } from "../../../lib/data/rendered/chairs/styles";

const chair = { style: 0, azimuth: 0, size: 1 };
const face = { pose: 0, lighting: 0, expression: 0, hair: 1, skin: 0.2 };

/** Whether each sample of a picture shows the chair, with SAMPLES along each side of a pixel. */
function silhouette(style: ChairStyle, azimuth: number, size = 1): boolean[] {
  return Array.from(castChair(style, azimuth, size).material, (material) => material >= 0);
}
const SAMPLES = 3;
const WIDE = 64 * SAMPLES;

/** The tolerance of a level: 9 samples are summed in float32, each time to within 2⁻²¹, and divided by 9. */
const ADDED_UP = (9 * 2 ** -21) / 9;

test.each([chairs, faces])(
  "a sample is a function of its key, goes with its factors and leaves two tensors",
  (set) => {
    const [a, b] = [set.sample(random.key(1), 6), set.sample(random.key(1), 6)];
    expect(a.images.shape).toEqual([6, 64, 64, 3]);
    expect(a.images).toBeNear(b.images, {});
    expect(set.renderRows(a.factors)).toBeNear(a.images, {});
    expect(set.renderRows(a.factors.arraySync())).toBeNear(a.images, {});
    expect(() => set.renderRows(a.factors)).toLeaveTensors(1);
    expect(a.factors.isDisposed).toBe(false);
    expect(a.images.min().dataSync()[0]).toBeGreaterThanOrEqual(0);
    expect(a.images.max().dataSync()[0]).toBeLessThanOrEqual(1);
    expect(() => set.sample(random.key(1), 2)).toLeaveTensors(2);
  },
);

test.each([chairs, faces])("the ends of every range and all choices render to different images", (set) => {
  const middle = set.factors.map((factor) =>
    factor.kind === "choice" ? 0 : (2 * factor.min + factor.max) / 3,
  );
  const put = (j: number, value: number): number[] => middle.map((other, k) => (k === j ? value : other));
  set.factors.forEach((factor, j) => {
    const values =
      factor.kind === "choice"
        ? Array.from({ length: factor.size }, (_, i) => i)
        : [factor.min, (factor.min + factor.max) / 2];
    if (factor.kind === "range") set.renderRows([put(j, factor.max)]).dispose();
    const sums = values.map(
      (value) =>
        set
          .renderRows([put(j, value)])
          .square()
          .sum()
          .dataSync()[0],
    );
    expect(new Set(sums).size).toBe(values.length);
  });
});

describe.each(chairStyles.map((style, i) => [style.name, style, i] as const))(
  "the chair %s",
  (_, style, i) => {
    test("is the same after a full turn, and mirrored at the opposite angle", () => {
      expect(chairs.render({ style: i, azimuth: 2 * Math.PI, size: 1 })).toBeNear(
        chairs.render({ style: i, azimuth: 0, size: 1 }),
        { abs: 2 * ADDED_UP },
      );
      for (const azimuth of [0.3, 0.8, 1.7, 2.5]) {
        const left = silhouette(style, -azimuth);
        const mirrored = left.map((_, at) => left[WIDE * Math.floor(at / WIDE) + WIDE - 1 - (at % WIDE)]);
        expect(silhouette(style, azimuth)).toEqual(mirrored);
      }
    });

    test("at size 0.6 is the image at size 1, scaled by 3/5 about the centre", () => {
      for (const azimuth of [0, 0.3, 0.8, 1.7, 2.5]) {
        const [small, full] = [silhouette(style, azimuth, 0.6), silhouette(style, azimuth)];
        const from = (row: number, column: number): number => (WIDE / 2 + row) * WIDE + WIDE / 2 + column;
        const inside = Array.from({ length: 38 }, (_, m) => m - 19); // the pixels that fit at full size
        for (const m of inside)
          for (const n of inside)
            // The centre of a pixel is 3m + 1½ samples from that of the picture, 3/5 of 5m + 2½
            expect(small[from(3 * m + 1, 3 * n + 1)]).toBe(full[from(5 * m + 2, 5 * n + 2)]);
      }
    });

    test("stays inside the picture at every angle", () => {
      for (let k = 0; k < 48; k++) {
        const seen = silhouette(style, (2 * Math.PI * k) / 48);
        const touching = seen.filter((isSeen, at) => {
          const [row, column] = [Math.floor(at / WIDE), at % WIDE];
          return isSeen && (Math.min(row, column) === 0 || Math.max(row, column) === WIDE - 1);
        });
        expect(touching).toEqual([]);
        expect(seen).toContain(true);
      }
    });
  },
);

test("the pictures of two chairs differ only where a sample shows one of them", () => {
  const [first, second] = [chairStyles[1], chairStyles[5]] as [ChairStyle, ChairStyle];
  const [a, b] = [silhouette(first, 0.8), silhouette(second, 0.8)];
  const differs = chairs
    .render({ style: 1, azimuth: 0.8, size: 1 })
    .notEqual(chairs.render({ style: 5, azimuth: 0.8, size: 1 }))
    .any(2)
    .dataSync();
  const covered = new Set(
    a.flatMap((isSeen, at) =>
      isSeen || b[at] === true
        ? [64 * Math.floor(at / WIDE / SAMPLES) + Math.floor((at % WIDE) / SAMPLES)]
        : [],
    ),
  );
  const places = Array.from(differs.keys()).filter((at) => differs[at] === 1);
  expect(places.every((at) => covered.has(at))).toBe(true);
  expect(places).not.toEqual([]);
});

/** The first and last rows and columns in which two pictures differ by more than 0.02. */
function changed(a: tf.Tensor3D, b: tf.Tensor3D): { rows: [number, number]; columns: [number, number] } {
  const [x, y] = [a.dataSync(), b.dataSync()];
  const places = Array.from(x.keys()).filter((i) => Math.abs((x[i] ?? 0) - (y[i] ?? 0)) > 0.02);
  const ends = (of: (i: number) => number): [number, number] => {
    const all = places.map(of);
    return [Math.min(...all), Math.max(...all)];
  };
  return { rows: ends((i) => Math.floor(i / 192)), columns: ends((i) => Math.floor(i / 3) % 64) };
}

/**
 * The columns of a frontal face from −x to x of the head, which has 24.5 px per unit and the centre (32, 33).
 */
function columnsTo(x: number): [number, number] {
  return [Math.floor(32 - 24.5 * x), Math.floor(32 + 24.5 * x)];
}
function rowsTo(top: number, bottom: number): [number, number] {
  return [Math.floor(33 - 24.5 * top), Math.floor(33 - 24.5 * bottom)];
}

test.each([
  [-1, 0],
  [0, 1],
])("expression from %d to %d changes only the features", (from, to) => {
  const of = (expression: number) => faces.render({ ...face, expression });
  const { rows, columns } = changed(of(from), of(to));
  // Laughing brows reach up to 0.33 plus half their thickness of 0.042 and an edge of 0.02; the lower lip of
  // a laugh down to −0.52 − 0.055 − 0.145 (the opening), minus its fullness of 0.055 and an edge of 0.02.
  const [top, bottom] = rowsTo(0.392, -0.795);
  expect([rows[0] >= top, rows[1] <= bottom]).toEqual([true, true]);
  // The cheeks blend 0.175 exp(−((x − 0.42) / 0.15)²) of a colour at most 1 away, in light of up to 1.27: by
  // more than 0.02 up to 0.42 + 0.15 √log(0.175 · 1.27 / 0.02). Eyes, brows and mouth end closer to the
  // middle.
  const [left, right] = columnsTo(0.42 + 0.15 * Math.sqrt(Math.log((0.175 * 1.27) / 0.02)));
  expect([columns[0] >= left, columns[1] <= right]).toEqual([true, true]);
});

test("the skin factor changes nothing beyond the ears", () => {
  const { columns } = changed(faces.render(face), faces.render({ ...face, skin: 1 }));
  expect(columns).toEqual(columnsTo(0.71 + 0.1)); // the position of the ears, and half their width
});

test.each([0, 1, 3, 5])(
  "light from the left and from the right are mirror images of a face that looks ahead, hair %d",
  (hair) => {
    const left = faces.render({ ...face, hair, lighting: -0.9 });
    const right = faces.render({ ...face, hair, lighting: 0.9 }).reverse(1);
    // The highlights lie on the outer side of both eyes, so that the whole picture is symmetric
    expect(left).toBeNear(right, { abs: 2 * ADDED_UP });
  },
);

test("names a factor that is out of range", () => {
  expect(() => chairs.render({ ...chair, azimuth: 7 })).toThrow(
    new Error("chairs.render: azimuth must be in [0, 6.2832] radians, got 7"),
  );
  expect(() => chairs.render({ ...chair, style: 8 })).toThrow(
    new Error("chairs.render: style must be an integer from 0 to 7, got 8"),
  );
  expect(() => faces.render({ ...face, expression: NaN })).toThrow(
    new Error("faces.render: expression must be in [-1, 1], got NaN"),
  );
});

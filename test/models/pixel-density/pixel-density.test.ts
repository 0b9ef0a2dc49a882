import { random } from "latent";
import { exploration } from "latent/control";
import { pixelDensity, type PixelDensity, type PixelDensityOptions } from "latent/models";
import { describe, expect, test } from "vitest";
import { chiSquare, chiSquareLimit, countEach } from "../../support/statistics";

const { create, logProb, quantize, sample, update } = pixelDensity;

/** All pictures of a size. */
function all({ height, width, levels }: PixelDensity): Uint8Array[] {
  const size = height * width;
  return Array.from({ length: levels ** size }, (_, n) =>
    Uint8Array.from({ length: size }, (__, i) => Math.floor(n / levels ** i) % levels),
  );
}

/** A model that has seen pictures with a strong structure: columns of one level, and some noise. */
function trained(options: PixelDensityOptions, pictures: number): PixelDensity {
  const noise = random.stream(random.key(5));
  let model = create(options);
  const { height, width, levels } = options;
  for (let n = 0; n < pictures; n++) {
    const columns = Array.from({ length: width }, () => noise.integer(levels));
    const picture = Uint8Array.from({ length: height * width }, (_, i) =>
      noise.uniform() < 0.1 ? noise.integer(levels) : (columns[i % width] ?? 0),
    );
    model = update(model, picture);
  }
  return model;
}

function total(model: PixelDensity): number {
  return all(model).reduce((sum, picture) => sum + Math.exp(logProb(model, picture)), 0);
}

describe.each([
  { height: 2, width: 2, levels: 3 },
  { height: 2, width: 3, levels: 2, shared: true },
  { height: 3, width: 2, levels: 3, neighbours: [] },
  {
    height: 2,
    width: 3,
    levels: 3,
    neighbours: [
      [-1, 1],
      [0, -2],
      [-1, 0],
    ],
    prior: 1 / 3,
  },
] as const)("pixelDensity of %o", (options) => {
  test("has probabilities that sum to 1 over all pictures, before and after updates", () => {
    for (const pictures of [0, 1, 2, 40]) expect(total(trained(options, pictures))).toBeCloseTo(1, 12);
  });

  test("an update returns a new model and leaves the old one as it was", () => {
    const before = trained(options, 10);
    const pictures = all(before);
    const old = pictures.map((picture) => logProb(before, picture));
    const seen = pictures[1] ?? new Uint8Array();
    const after = update(before, seen);
    expect(pictures.map((picture) => logProb(before, picture))).toEqual(old);
    expect(logProb(after, seen)).toBeGreaterThan(logProb(before, seen));
  });
});

describe("pixelDensity", () => {
  test("before the first picture all are equally probable", () => {
    const model = create({ height: 3, width: 2, levels: 5 });
    expect(logProb(model, [0, 1, 2, 3, 4, 0])).toBeCloseTo(-6 * Math.log(5), 12);
  });

  test("without neighbours it is a table for each pixel: the estimator of Krichevsky and Trofimov", () => {
    let model = create({ height: 1, width: 2, levels: 3, neighbours: [] });
    for (const picture of [
      [0, 2],
      [0, 1],
      [1, 2],
    ])
      model = update(model, picture);
    // (2 + ½) / (3 + 3/2) and (1 + ½) / (3 + 3/2)
    expect(logProb(model, [0, 1])).toBeCloseTo(Math.log((2.5 / 4.5) * (1.5 / 4.5)), 14);
  });

  test("with one neighbour it is the mixture of its two tables by Bayes' rule with a switch", () => {
    // One row of two pixels that are equal. The second pixel: p = w own + (1 − w) longer.
    let model = create({ height: 1, width: 2, levels: 2, neighbours: [[0, -1]] });
    const seen = [0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0];
    const own = [0, 0];
    const longer = [
      [0, 0],
      [0, 0],
    ];
    const kt = (counts: readonly number[], k: number): number =>
      ((counts[k] ?? NaN) + 0.5) / ((counts[0] ?? NaN) + (counts[1] ?? NaN) + 1);
    let weight = 0.5;
    seen.forEach((k, n) => {
      const first = [0, 1].map((j) => seen.slice(0, n).filter((x) => x === j).length); // left has one context
      const [a, b] = [kt(own, k), kt(longer[k] ?? [], k)];
      const p = weight * a + (1 - weight) * b;
      expect(logProb(model, [k, k])).toBeCloseTo(Math.log(kt(first, k) * p), 12);
      const kept = (weight * a) / p; //                       Bayes' rule
      const rate = 1 / (n + 2);
      weight = kept * (1 - rate) + (1 - kept) * rate; //      the switch
      own[k] = (own[k] ?? NaN) + 1;
      const row = longer[k] ?? [];
      row[k] = (row[k] ?? NaN) + 1;
      model = update(model, [k, k]);
    });
    expect(weight).toBeLessThan(0.1); // the left pixel tells the right one
  });

  test("learns structure: its code is shorter than that of independent pixels", () => {
    const options = { height: 4, width: 4, levels: 3 };
    const held = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => [a, b, a, b]));
    const bits = (model: PixelDensity): number =>
      held.reduce(
        (sum, columns) => sum - logProb(model, [...columns, ...columns, ...columns, ...columns]),
        0,
      );
    const [contexts, independent] = [trained(options, 300), trained({ ...options, neighbours: [] }, 300)];
    expect(bits(contexts)).toBeLessThan(0.6 * bits(independent));
  });

  test("draws pictures with their probabilities", () => {
    const model = trained({ height: 1, width: 3, levels: 2 }, 30);
    const n = 4000;
    const draws = Array.from({ length: n }, (_, i) => sample(random.fold(random.key(3), i), model));
    const counts = countEach(
      draws.map(([a = 0, b = 0, c = 0]) => a + 2 * b + 4 * c),
      8,
    );
    const expected = all(model).map((picture) => n * Math.exp(logProb(model, picture)));
    expect(Math.min(...expected)).toBeGreaterThan(5);
    expect(chiSquare(counts, expected)).toBeLessThan(chiSquareLimit(7));
  });

  test("gives pseudo-counts that grow with visits", () => {
    const density = { logProb, update };
    let model = trained({ height: 3, width: 3, levels: 3 }, 50);
    const counts = Array.from({ length: 20 }, () => {
      const seen = exploration.observe(density, model, [2, 0, 2, 1, 1, 0, 2, 2, 0]);
      model = seen.model;
      return seen.count;
    });
    counts.forEach((count, i) => expect(count).toBeGreaterThan(counts[i - 1] ?? 0));
    expect(counts[0]).toBeLessThan(1);
    expect(counts[19]).toBeGreaterThan(5);
  });

  test("quantizes values in [0, 1]", () => {
    expect(Array.from(quantize([0, 0.24, 0.25, 0.99, 1], 4))).toEqual([0, 0, 1, 3, 3]);
    expect(() => quantize([0.5, 1.5], 4)).toThrow(
      "pixelDensity.quantize: values must be in [0, 1], got 1.5 at 1",
    );
    expect(() => quantize([0], 300)).toThrow("levels must be at most 255, got 300");
    expect(() => quantize([0], 0)).toThrow("levels must be a positive integer, got 0");
  });

  test("names what is wrong", () => {
    const size = { height: 2, width: 2, levels: 3 };
    expect(() => create({ ...size, height: 0 })).toThrow(
      "pixelDensity.create: height must be a positive integer, got 0",
    );
    expect(() => create({ ...size, levels: 256 })).toThrow("levels must be at most 255, got 256");
    expect(() => create({ ...size, prior: 0 })).toThrow("prior must be a positive finite number, got 0");
    for (const neighbour of [
      [0, 0],
      [1, 0],
      [0, 1],
      [-0.5, 0],
    ] as const)
      expect(() => create({ ...size, neighbours: [[0, -1], neighbour] })).toThrow(
        "neighbours[1] must be before the pixel, [down < 0, any] or [0, right < 0], got [" +
          `${neighbour.join(", ")}]`,
      );
    for (const f of [logProb, update]) {
      expect(() => f(create(size), [0, 1, 2])).toThrow("image must have 2 x 2 = 4 pixels, got 3");
      expect(() => f(create(size), [0, 1, 2, 3])).toThrow(
        "image must have levels from 0 to 2, got 3 at 3; use pixelDensity.quantize",
      );
    }
  });
});

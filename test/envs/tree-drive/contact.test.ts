import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { treeDrive } from "latent/envs";

const { contact, road } = treeDrive;

/** The distance of the car to the nearest obstacle, negative if it touches one. */
function clearance([x, y]: treeDrive.Point): number {
  return Math.min(
    Math.hypot(x - road.tree, y) - road.treeRadius - road.carRadius,
    road.halfWidth - road.carRadius - Math.abs(y),
  );
}

function between(from: treeDrive.Point, to: treeDrive.Point, share: number): treeDrive.Point {
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

describe("treeDrive.contact", () => {
  test("is the first point without clearance, by comparison with small steps along the segment", () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: -35, max: 35 }));
    fc.assert(
      fc.property(point, point, ([x, y], [toX, toY]) => {
        const [from, to]: treeDrive.Point[] = [
          [x / 10, y / 10],
          [toX / 10, toY / 10],
        ];
        fc.pre(from !== undefined && to !== undefined);
        const found = contact(from, to);
        const shares = Array.from({ length: 401 }, (_, i) => i / 400);
        const walked = shares.find((share) => clearance(between(from, to, share)) <= 0);
        if (found === undefined) {
          expect(walked).toBeUndefined();
          return;
        }
        expect(clearance(between(from, to, found.share))).toBeLessThan(1e-9);
        // Small steps can miss a corner that is cut by less than a step
        expect(walked ?? 1).toBeGreaterThanOrEqual(found.share - 1e-9);
        if (walked !== undefined && walked > 0) {
          const before = clearance(between(from, to, Math.max(0, found.share - 1 / 400)));
          expect(before).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  test("detects a trunk between the ends of a stride", () => {
    expect(contact([5, 0], [15, 0])).toEqual({ obstacle: "tree", share: 0.3 });
    expect(contact([5, 2.01], [15, 2.01])).toBeUndefined();
    expect(contact([5, 1.99], [15, 1.99])?.obstacle).toBe("tree");
  });

  test("ignores obstacles behind and beyond the segment", () => {
    expect(contact([13, 0], [20, 0])).toBeUndefined();
    expect(contact([2, 0], [7.9, 0])).toBeUndefined();
    expect(contact([2, 0], [2, 0])).toBeUndefined();
  });

  test("returns the first obstacle, and share 0 for a car that touches at the start", () => {
    expect(contact([1, 2], [2, 4])).toEqual({ obstacle: "kerb", share: 0.5 });
    expect(contact([1, -2], [2, -4])).toEqual({ obstacle: "kerb", share: 0.5 });
    expect(contact([10, -1.9], [10, -4])).toEqual({ obstacle: "tree", share: 0 });
    expect(contact([1, 3.5], [2, 0])).toEqual({ obstacle: "kerb", share: 0 });
  });
});

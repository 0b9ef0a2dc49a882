import { tf, tree } from "latent";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { key } from "../../../lib/core/random";

/** Trees of small tensors, numbers, strings, nulls and functions in arrays and objects. */
const { anyTree } = fc.letrec((tie) => ({
  leaf: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 3 }).map((x) => tf.tensor1d(x)),
  other: fc.constantFrom(0.5, "relu", null, undefined, true, Math.tanh),
  anyTree: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    tie("other"),
    fc.array(tie("anyTree"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("w", "b", "10", "9", "gain"), tie("anyTree"), { noNullPrototype: true }),
  ),
}));

function values(t: unknown): unknown {
  return tree.leaves(t).map((leaf) => Array.from(leaf.dataSync()));
}

/** Returns the tree with its leaves replaced by stars: its structure. */
function structure(t: unknown): unknown {
  if (t instanceof tf.Tensor) return "*";
  if (Array.isArray(t)) return t.map(structure);
  if (typeof t === "object" && t !== null)
    return Object.fromEntries(
      Object.entries(t)
        .sort()
        .map(([name, child]) => [name, structure(child)]),
    );
  return String(t);
}

function holds(property: (t: unknown) => void): void {
  fc.assert(
    fc.property(anyTree, (t) => {
      tf.tidy(() => {
        property(t);
      });
    }),
    { seed: 1, numRuns: 200 },
  );
}

describe("every tree", () => {
  test("is restored from its leaves by unflatten", () => {
    holds((t) => {
      const again = tree.unflatten(t, tree.leaves(t));
      expect(structure(again)).toEqual(structure(t));
      tree.leaves(again).forEach((leaf, i) => expect(leaf).toBe(tree.leaves(t)[i]));
    });
  });

  test("keeps its structure under map, which applies f to each leaf", () => {
    holds((t) => {
      const negative = tree.map((leaf) => leaf.neg(), t);
      expect(structure(negative)).toEqual(structure(t));
      tree.leaves(t).forEach((leaf, i) => expect(leaf.neg()).toBeNear(tree.leaves(negative)[i] ?? NaN, {}));
    });
  });

  test("maps leaf by leaf together with another", () => {
    holds((t) =>
      expect(values(tree.map((a, b) => a.add(b), t, t))).toEqual(values(tree.map((a) => a.mul(2), t))),
    );
  });

  test("has one distinct path per leaf, and the size of all of them", () => {
    holds((t) => {
      const paths = tree.entries(t).map(([path]) => path);
      expect(new Set(paths).size).toBe(tree.leaves(t).length);
      expect(tree.size(t)).toBe((values(t) as number[][]).flat().length);
    });
  });

  test("has zeros of its shape, and clones that are disposed separately", () => {
    holds((t) => {
      expect(values(tree.zerosLike(t))).toEqual((values(t) as number[][]).map((leaf) => leaf.map(() => 0)));
      const before = values(t);
      const copy = tree.clone(t);
      expect(values(copy)).toEqual(before);
      tree.dispose(copy);
      expect(values(t)).toEqual(before);
    });
  });
});

describe("the order of leaves", () => {
  const model = {
    head: tf.tensor1d([3]),
    body: [{ weights: tf.tensor2d([[1, 2]]), bias: tf.scalar(0, "int32") }],
    activation: "relu",
  };

  test("is that of the sorted names", () => {
    expect(tree.entries(model).map(([path]) => path)).toEqual(["body.0.bias", "body.0.weights", "head"]);
    const other = { activation: "relu", body: model.body, head: model.head };
    expect(tree.leaves(other)).toEqual(tree.leaves(model));
    expect(tree.map((a, b) => a.sub(b), model, other).head).toBeNear(0, {});
  });

  test("is the same in the summary", () => {
    expect(tree.summary(model)).toBe("body.0.bias int32 []\nbody.0.weights float32 [1, 2]\nhead float32 [1]");
    expect(tree.size(model)).toBe(4);
  });
});

test("a key holds no leaf, nor does an instance of a class", () => {
  expect(tree.leaves({ key: key(1), when: new Date(0), seen: new Set([tf.scalar(1)]) })).toEqual([]);
});

describe("trees of different structure", () => {
  const x = tf.scalar(1);
  test.each([
    ["a tensor and a number", { a: { b: x } }, { a: { b: 1 } }, "a.b"],
    ["a missing name", { a: { b: x } }, { a: {} }, "a"],
    ["an additional name", { a: x }, { a: x, b: x }, ""],
    ["a shorter array", [x, [x, x]], [x, [x]], "1"],
    ["an array and an object", { a: [x] }, { a: { 0: x } }, "a"],
  ])("are rejected by map: %s", (_, one, other, place) => {
    expect(() => tree.map<unknown>((a) => a, one, other)).toThrow(`tree.map: the trees differ at "${place}"`);
  });

  test("are rejected by unflatten if the number of leaves differs", () => {
    expect(() => tree.unflatten({ a: x, b: x }, [x])).toThrow(
      "tree.unflatten: the tree has 2 leaves, got 1 tensors",
    );
  });
});

describe("tidy", () => {
  test("frees tensors outside the result, which may hold more than tensors", () => {
    const f = (): unknown =>
      tree.tidy(() => {
        const x = tf.ones([3]);
        return { twice: x.mul(2), list: [x.mul(3), "three"], count: 3, f: Math.abs };
      });
    expect(f).toLeaveTensors(2);
    expect(() => tree.tidy(() => tf.scalar(1).dataSync()[0])).toLeaveTensors(0);
  });

  test("frees everything when the function throws", () => {
    const throws = (): unknown =>
      tree.tidy(() => {
        tf.ones([3]).mul(2);
        throw new Error("stop");
      });
    expect(() => {
      expect(throws).toThrow("stop");
    }).toLeaveTensors(0);
  });

  test("does not free tensors that keep holds", () => {
    const kept: tf.Tensor[] = [];
    expect(() => {
      tf.tidy(() => {
        kept.push(tree.keep({ a: tf.scalar(5), b: tf.scalar(6) }).a);
      });
    }).toLeaveTensors(2);
    expect(kept[0] ?? NaN).toBeNear(5, {});
  });
});

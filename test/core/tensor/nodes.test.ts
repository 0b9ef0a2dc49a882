import { jit, scan, stopGradient, tf, tree, valueAndGrad } from "latent";
import { describe, expect, test } from "vitest";

/** A line a x + b as a closure over its tensors, as a distribution is. */
interface Line {
  readonly kind: "test line";
  readonly slope: tf.Tensor;
  readonly intercept: tf.Tensor;
  readonly unit: string;
  at(x: number): tf.Tensor;
}

function line(slope: tf.Tensor, intercept: tf.Tensor, unit = "m"): Line {
  return { kind: "test line", slope, intercept, unit, at: (x) => slope.mul(x).add(intercept) };
}

tree.register<Line, Pick<Line, "slope" | "intercept" | "unit">>("test line", {
  parts: ({ slope, intercept, unit }) => ({ slope, intercept, unit }),
  rebuild: ({ slope, intercept, unit }) => line(slope, intercept, unit),
});

/** The same as a class with a nested node. */
class Pair {
  constructor(
    readonly first: Line,
    readonly second: tf.Tensor,
  ) {}
  total(): tf.Tensor {
    return this.first.at(1).add(this.second);
  }
}

tree.register(Pair, {
  parts: ({ first, second }: Pair) => ({ first, second }),
  rebuild: ({ first, second }) => new Pair(first, second),
});

function make(): Line {
  return line(tf.scalar(2), tf.scalar(1));
}

describe("a registered node", () => {
  test("has the leaves of its parts", () => {
    expect(tree.entries({ f: make() }).map(([path]) => path)).toEqual(["f.intercept", "f.slope"]);
    expect(tree.size(new Pair(make(), tf.ones([3])))).toBe(5);
  });

  test("is rebuilt by map, with static parts unchanged", () => {
    const moved = tree.map((x) => x.add(5), make());
    expect(moved.slope).toBeNear(7, {});
    expect(moved.at(1)).toBeNear(7 + 6, {});
    expect(moved.unit).toBe("m");
    const pair = tree.map((x) => x.mul(2), new Pair(make(), tf.scalar(10)));
    expect(pair).toBeInstanceOf(Pair);
    expect(pair.total()).toBeNear(2 * (2 + 1 + 10), {});
  });

  test("is copied by clone: the copy outlives the original", () => {
    const original = make();
    const copy = tree.clone(original);
    tree.dispose(original);
    expect(copy.at(3)).toBeNear(7, {});
  });

  test("is stacked, and maps together with another", () => {
    const lines = tree.stack([make(), tree.map((x) => x.neg(), make())]);
    expect(lines.at(3)).toBeNear([7, -7], {});
    expect(tree.map((a, b) => a.add(b), make(), make()).at(3)).toBeNear(14, {});
  });

  test("passes into and out of a compiled function, which its static parts distinguish", () => {
    const steeper = jit((f: Line) => line(f.slope.add(1), f.intercept, `${f.unit}/s`));
    const result = steeper(make());
    expect(result.at(2)).toBeNear(7, {});
    expect(result.unit).toBe("m/s");
    expect(steeper(line(tf.scalar(0), tf.scalar(0), "km")).unit).toBe("km/s");
    steeper.dispose();
  });

  test.each([false, true])("is carried and collected by scan (compiled: %s)", (compiled) => {
    const run = (f: Line, xs: tf.Tensor): readonly [Line, Line] =>
      scan(
        (before: Line, x: tf.Tensor) => {
          const after = line(before.slope, before.intercept.add(x));
          return [after, after];
        },
        f,
        xs,
      );
    const called = compiled ? jit(run) : run;
    const [last, all] = called(make(), tf.tensor1d([1, 2, 3]));
    expect(last.at(1)).toBeNear(2 + 7, {});
    expect(all.at(1)).toBeNear([4, 6, 9], {});
  });

  test("is a state of jit.stateful", () => {
    const counter = jit.stateful((f: Line) => [tree.map((x) => x.add(1), f), {}] as const, make());
    counter();
    expect(counter.state().at(1)).toBeNear(3 + 2, {});
    counter.dispose();
  });

  test("has gradients of its own kind, and none behind stopGradient", () => {
    const { grads } = valueAndGrad((f: Line) => f.at(3).square())(make());
    expect(grads.at(0)).toBeNear(2 * 7, {}); // d/db (3a + b)² = 2 (3a + b)
    expect(valueAndGrad((f: Line) => stopGradient(f).at(3))(make()).grads.slope).toBeNear(0, {});
  });
});

test("an object of data with a registered kind stays an object of data", () => {
  const data = { kind: "test line", points: tf.ones([4]) };
  expect(tree.map((x) => x.add(1), data).points).toBeNear(2, {});
});

test("nodes of different types do not map together", () => {
  const other = { kind: "other", slope: tf.scalar(1), intercept: tf.scalar(1), unit: "m" };
  expect(() => tree.map<unknown>((a) => a, { f: make() }, { f: other })).toThrow(
    'tree.map: the trees differ at "f"',
  );
});

test("a type must be a class or the name of a kind", () => {
  expect(() => {
    tree.register("", { parts: () => ({}), rebuild: () => ({}) });
  }).toThrow('tree.register: the type must be a class or the name of a kind, got ""');
});

test("stack needs a tree", () => {
  expect(() => tree.stack([])).toThrow("tree.stack: trees must hold at least one tree, got none");
});

import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { jit, random, show, tf } from "latent";
import {
  bijectors,
  bernoulli,
  categorical,
  mixtureSameFamily,
  normal,
  oneHotCategorical,
  transformed,
} from "latent/distributions";

function text(value: unknown): string | undefined {
  return show(value)?.["text/plain"];
}

describe("a tensor shows its shape, type and elements", () => {
  // the notation of numbers is that of PyTorch, torch.set_printoptions(precision=4), without trailing zeros
  test.each<[name: string, make: () => tf.Tensor, expected: string]>([
    ["scalar", () => tf.scalar(0.5), "Tensor [] float32  0.5"],
    ["vector", () => tf.tensor([0.12, -1.4, 0.88]), "Tensor [3] float32  [0.12, -1.40, 0.88]"],
    ["four decimals", () => tf.tensor([1 / 3, 2]), "Tensor [2] float32  [0.3333, 2.0000]"],
    ["integers", () => tf.tensor([1, -20, 0]), "Tensor [3] float32  [1, -20, 0]"],
    ["int32", () => tf.tensor([1, 2], [2], "int32"), "Tensor [2] int32  [1, 2]"],
    ["bool", () => tf.tensor([true, false]), "Tensor [2] bool  [true, false]"],
    ["string", () => tf.tensor(['a "b"', "c"]), 'Tensor [2] string  ["a \\"b\\"", "c"]'],
    ["complex64", () => tf.complex([1, 0.5], [-2, 0]), "Tensor [2] complex64  [1.0-2.0i, 0.5+0.0i]"],
    ["a wide range", () => tf.tensor([1e-6, 2.5]), "Tensor [2] float32  [1.0e-6, 2.5e+0]"],
    ["not finite", () => tf.tensor([NaN, -Infinity, 0.5]), "Tensor [3] float32  [NaN, -Infinity, 0.5]"],
    ["only not finite", () => tf.tensor([NaN]), "Tensor [1] float32  [NaN]"],
    ["no elements", () => tf.zeros([0]), "Tensor [0] float32  []"],
    ["no rows", () => tf.zeros([0, 3]), "Tensor [0, 3] float32\n[]"],
    ["matrix", () => tf.tensor2d([[1, -2]]), "Tensor [1, 2] float32\n[[ 1, -2]]"],
    [
      "three axes",
      () => tf.range(0, 8).reshape([2, 2, 2]),
      "Tensor [2, 2, 2] float32\n[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]",
    ],
    ["variable", () => tf.variable(tf.scalar(1)), "Variable [] float32  1"],
  ])("%s", (_, make, expected) => {
    const x = make();
    expect(text(x)).toBe(expected);
    expect(inspect(x)).toBe(expected);
  });

  test("wraps long rows", () => {
    expect(text(tf.range(0, 30))?.split("\n")).toEqual([
      "Tensor [30] float32",
      "[ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,",
      " 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]",
    ]);
  });

  test("above 1000 elements it is shortened as by NumPy, with its statistics", () => {
    expect(text(tf.range(0, 1000))).not.toContain("...");
    // std of 0 … 1000: sqrt((1001² − 1) / 12) = 288.96
    expect(text(tf.range(0, 1001))).toBe(
      "Tensor [1001] float32  min 0, mean 500, max 1000, std 289\n[   0,    1,    2, ...,  998,  999, 1000]",
    );
    const matrix = text(tf.concat([tf.zeros([999, 2]), tf.fill([1, 2], NaN)]))?.split("\n");
    expect(matrix?.[0]).toBe("Tensor [1000, 2] float32  min 0, mean 0, max 0, std 0, 2 not finite");
    expect(matrix?.slice(3, 6)).toEqual([" [  0,   0],", " ...,", " [  0,   0],"]);
  });

  test("disposed or traced, it says so", () => {
    const x = tf.zeros([2]);
    x.dispose();
    expect([text(x), inspect({ x })]).toEqual([
      "Tensor [2] float32 (disposed)",
      "{ x: Tensor [2] float32 (disposed) }",
    ]);
    const traced: (string | undefined)[] = [];
    jit((y: tf.Tensor) => {
      traced.push(text(y));
      return y.add(1);
    })(tf.zeros([2]));
    expect(traced).toEqual(["Tensor [2] float32 (traced)"]);
  });

  test("inside another value it takes one line, with its elements if they are few", () => {
    const values = { few: tf.tensor([1, 2]), many: tf.zeros([7]), matrix: tf.zeros([1, 1]) };
    expect(inspect(values, { breakLength: 200 })).toBe(
      "{ few: Tensor [2] float32  [1, 2], many: Tensor [7] float32, matrix: Tensor [1, 1] float32 }",
    );
  });

  test("and reading it leaves no tensor behind", () => {
    const x = tf.zeros([40, 40]);
    const before = tf.memory().numTensors;
    show({ x });
    show(x);
    inspect(x);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("a distribution shows the shapes of its parameters", () => {
  test.each<[string, () => object]>([
    ["Normal(mu [3], sigma [])", () => normal(tf.zeros([3]), 1)],
    ["Bernoulli(logits [])", () => bernoulli(0)],
    ["OneHotCategorical(logits [4], straightThrough false)", () => oneHotCategorical(tf.zeros([4]))],
    [
      "MixtureSameFamily(mixing Categorical(logits [2]), components Normal(mu [2], sigma []))",
      () => mixtureSameFamily(categorical(tf.zeros([2])), normal(tf.zeros([2]), 1)),
    ],
    [
      "Transformed(base Normal(mu [], sigma []), bijector affine(shift [], scale []))",
      () => transformed(normal(0, 1), bijectors.affine(1, 2)),
    ],
  ])("%s", (expected, make) => {
    expect([text(make()), inspect(make())]).toEqual([expected, expected]);
  });
});

test("a key shows its two words", () => {
  expect([text(random.key(7)), text(random.key(2 ** 32 + 2 ** 32 - 1))]).toEqual([
    "Key(0, 7)",
    "Key(1, 4294967295)",
  ]);
});

describe("a tree shows the paths of its tensors", () => {
  test("in the order of its properties", () => {
    const tree = { w: [tf.zeros([2, 3]), tf.zeros([], "int32")], q: normal(0, 1), rate: 0.1 };
    expect(show(tree)).toEqual({
      "text/plain": [
        "Tree of 2 tensors, 7 elements",
        "  w.0 float32 [2, 3]",
        "  w.1 int32 []",
        "  q Normal(mu [], sigma [])",
        "  rate 0.1",
      ].join("\n"),
      "text/html": expect.stringContaining(
        '<tr><th style="text-align: left">q</th><td>Normal(mu [], sigma [])</td><td></td><td></td></tr>',
      ) as string,
    });
  });

  test("and values without tensors, and those that refer to themselves, are left to Node.js", () => {
    const circle: { x: tf.Tensor; self?: unknown } = { x: tf.zeros([1]) };
    circle.self = circle;
    const long = Array.from({ length: 1000 }, () => tf.scalar(0));
    for (const value of [circle, long, {}, [], [1, 2], { a: "b" }, "text", 3, null, undefined])
      expect(show(value)).toBeUndefined();
  });
});

describe("a matrix has a table", () => {
  test("with escaped text", () => {
    expect(show(tf.tensor2d([["<b>", "&"]]))?.["text/html"]).toContain(
      "<tr><th>0</th><td>&quot;&lt;b&gt;&quot;</td><td>&quot;&amp;&quot;</td></tr>".replaceAll("&quot;", '"'),
    );
  });

  test("of 17 rows and 13 columns at most", () => {
    const html = show(tf.range(0, 10_000).reshape([100, 100]))?.["text/html"] ?? "";
    expect(html.match(/<tr>/g)).toHaveLength(1 + 17);
    expect(html).toContain(
      '<caption style="text-align: left; white-space: nowrap">Tensor [100, 100] float32: min 0, mean 5000',
    );
    expect(html).toMatch(
      /<tr><th>99<\/th><td>9900<\/td>.*<td>9905<\/td><td>…<\/td><td>9994<\/td>.*<td>9999<\/td>/,
    );
  });
});

import { jit, random, tf, valueAndGrad } from "latent";
import { afterEach, describe, expect, test, vi } from "vitest";

const HERE = String.raw`at \S*errors\.test\.ts:\d+:\d+`;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a traced function is refused, with the line and the remedy, for", () => {
  const x = tf.tensor1d([1, 2, 3]);
  const outside = tf.tensor2d([[1, 2]]);
  const read =
    String.raw`^jit: "f" reads the value of a tensor \(dataSync, arraySync, data or print\) ${HERE}, ` +
    "which is unknown while it is traced; select with tf.where, or return the tensor and read it outside$";
  const drawn = (op: string): string =>
    `^jit: "f" calls ${op} ${HERE}, which would return the same numbers? on every call; ` +
    "draw from a Key that is an argument";
  const cases: Record<string, [f: (x: tf.Tensor) => unknown, message: string]> = {
    "reading a value": [(y) => tf.scalar(y.sum().dataSync()[0] ?? 0), read],
    "reading an argument": [(y) => tf.scalar(y.arraySync() as number), read],
    "branching on a value": [(y) => ((y.max().arraySync() as number) > 2 ? y : y.neg()), read],
    "printing": [(y) => (y.print(), y), read],
    "reading later": [(y) => (void y.data(), y), read],
    "an operation that reads": [(y) => tf.setdiff1dAsync(y, y), read],
    "randomNormal": [(y) => y.add(tf.randomNormal([3])), drawn(String.raw`tf\.randomNormal`)],
    "randomNormal with a seed": [
      (y) => y.add(tf.randomNormal([3], 0, 1, "float32", 7)),
      drawn(String.raw`tf\.randomNormal`),
    ],
    "randomUniform": [(y) => y.add(tf.randomUniform([3])), drawn(String.raw`tf\.randomUniform`)],
    "truncatedNormal": [(y) => y.add(tf.truncatedNormal([3])), drawn(String.raw`tf\.truncatedNormal`)],
    "randomGamma": [(y) => y.add(tf.randomGamma([3], 1)), drawn(String.raw`tf\.randomGamma`)],
    "dropout": [(y) => tf.dropout(y, 0.5, undefined, 3), drawn(String.raw`tf\.dropout`)],
    "multinomial": [(y) => tf.multinomial(y as tf.Tensor1D, 2, 5), drawn(String.raw`tf\.multinomial`)],
    "Math.random": [(y) => y.mul(Math.random()), drawn(String.raw`Math\.random`)],
    "returning a promise": [
      (y) => Promise.resolve(y),
      '^jit: "f" returns a promise; a compiled function must be synchronous$',
    ],
    "returning a function": [
      (y) => ({ deep: [{ logProb: () => y }] }),
      '^jit: "f" returns a function, or an object that contains one; ' +
        "return the tensors that it would compute$",
    ],
    "a violation whose error it catches": [
      (y) => {
        try {
          y.dataSync();
        } catch {
          return y;
        }
        return y;
      },
      read,
    ],
  };

  test.each(Object.entries(cases))("%s", (_, [f, message]) => {
    expect(() => jit(f, { name: "f" })(x)).toThrow(new RegExp(message));
  });

  test("an operation with a side effect", () => {
    const f = (y: tf.Tensor): tf.Tensor => {
      const backend = tf.backend() as unknown as {
        executeSingleOutput(op: string, a: [], x: tf.Tensor[]): tf.Tensor;
      };
      return backend.executeSingleOutput("RandomUniformInt", [], [y, y, y]);
    };
    expect(() => jit(f)(x)).toThrow(
      new RegExp(
        `^jit: "f" runs RandomUniformInt ${HERE}, which has a side effect; ` +
          "call it outside the compiled function$",
      ),
    );
  });

  test("drawing plain random numbers", () => {
    expect(() => jit((k: random.Key) => tf.tensor(random.permutation(k, 3)))(random.key(1))).toThrow(
      "random.permutation: cannot return plain numbers for a key that is an argument of a compiled " +
        "function; call it outside and pass its result as a tensor",
    );
  });

  test("reading a value inside a gradient, after which everything that tracing replaced is restored", () => {
    const { random: mathRandom } = Math;
    const depth = Error.stackTraceLimit;
    const gather = tf.getKernel("GatherV2", "tensorflow");
    const backend = tf.backend();
    const tape: unknown = tf.engine().state.activeTape;
    const own = Object.getOwnPropertyNames(backend);
    const engine = Object.getOwnPropertyNames(tf.engine());
    const before = tf.memory().numTensors;
    const bad = (y: tf.Tensor): tf.Tensor =>
      valueAndGrad((p: tf.Tensor) =>
        p
          .square()
          .sum()
          .mul(p.exp().dataSync()[0] ?? 0),
      )(y).grads;
    expect(() => jit(bad)(x)).toThrow("reads the value");
    expect(Math.random).toBe(mathRandom);
    expect(Error.stackTraceLimit).toBe(depth);
    expect(tf.getKernel("GatherV2", "tensorflow")).toBe(gather);
    expect(Object.getOwnPropertyNames(backend)).toEqual(own);
    expect(Object.getOwnPropertyNames(tf.engine())).toEqual(engine);
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.engine().state.activeTape).toBe(tape);
    expect(tf.engine().state).toMatchObject({ gradientDepth: 0, kernelDepth: 0 });
    expect(tf.randomNormal([2])).toHaveShape([2]);
    expect(x.mul(outside.sum())).toBeNear([3, 6, 9], {});
  });
});

describe("a call is refused once a tensor that the function closes over", () => {
  const HELD = String.raw`float32 \[2\] ${HERE}, which was`;

  test("was disposed, also if two functions hold it", () => {
    const c = tf.tensor1d([10, 20]);
    const f = jit((x: tf.Tensor) => x.mul(c), { name: "f" });
    const g = jit((x: tf.Tensor) => x.add(c), { name: "g" });
    f(tf.scalar(2));
    g(tf.scalar(2));
    c.dispose();
    const message = `captures a tensor ${HELD} disposed since it was compiled; dispose of it later, or pass`;
    expect(() => f(tf.scalar(3))).toThrow(new RegExp(`^jit: "f" ${message} it as an argument$`));
    expect(() => g(tf.scalar(3))).toThrow(new RegExp(`^jit: "g" ${message} it as an argument$`));
    f.dispose();
    g.dispose();
  });

  test("was read and then disposed", () => {
    const c = tf.tensor1d([10, 20]);
    const f = jit((x: tf.Tensor) => x.mul(c.dataSync()[0] ?? 0), { name: "f" });
    f(tf.scalar(2));
    c.dispose();
    expect(() => f(tf.scalar(3))).toThrow("disposed since it was compiled");
  });

  test("is a variable that was assigned another value", () => {
    const v = tf.variable(tf.tensor1d([10, 20]));
    const f = jit((x: tf.Tensor) => x.mul(v), { name: "f" });
    expect(f(tf.scalar(2))).toBeNear([20, 40], {});
    v.assign(tf.tensor1d([1, 2]));
    expect(() => f(tf.scalar(2))).toThrow(
      new RegExp(
        `^jit: "f" captures a variable ${HELD} assigned another value since it was compiled; ` +
          "pass it as an argument$",
      ),
    );
    v.dispose();
    f.dispose();
  });

  test("and frees what it holds, with the graphs", () => {
    expect(() => {
      const c = tf.tensor1d([10, 20]);
      const f = jit((x: tf.Tensor) => x.mul(c));
      f(tf.scalar(2)).dispose();
      c.dispose();
      f.dispose();
    }).toLeaveTensors(1); // the argument
  });
});

test("a traced function may read constants that it creates", () => {
  const f = jit((y: tf.Tensor) => y.mul(tf.range(0, 4).sum().dataSync()[0] ?? 0));
  expect(f(tf.scalar(2))).toBeNear(12, {});
});

describe("a call of a compiled function", () => {
  const f = (x: { data: tf.Tensor }, flag: boolean): tf.Tensor => (flag ? x.data : x.data.neg());

  test("with other shapes, types, structures or values is refused under retrace: false", () => {
    const fixed = jit(f, { retrace: false });
    fixed({ data: tf.zeros([2, 3]) }, true);
    const remedy = "; pass the same shapes, types and structure, or omit retrace: false";
    const refused = (x: object, flag: boolean, difference: string): void =>
      expect(() => fixed(x as { data: tf.Tensor }, flag)).toThrow(
        `jit: "f" was compiled for other arguments: ${difference}${remedy}`,
      );
    refused({ data: tf.zeros([3, 2]) }, true, "argument 0.data is float32 [3, 2], was float32 [2, 3]");
    refused({ data: tf.zeros([2, 3], "int32") }, true, "argument 0.data is int32 [2, 3], was float32 [2, 3]");
    refused({ data: tf.zeros([2, 3]) }, false, "argument 1 is false, was true");
    refused(
      { data: tf.zeros([2, 3]), more: tf.scalar(1) },
      true,
      "argument 0.more is float32 [], was absent",
    );
    refused({ date: tf.zeros([2, 3]) }, true, "argument 0.date is float32 [2, 3], was absent");
    expect(fixed({ data: tf.ones([2, 3]) }, true)).toBeNear(1, {});
  });

  test("after dispose() is refused", () => {
    const gone = jit(f);
    gone.dispose();
    gone.dispose();
    expect(() => gone({ data: tf.scalar(1) }, true)).toThrow(
      'jit: "f" was called after dispose(); create a new one',
    );
  });

  test("with an argument that is not a tensor, key or plain data is refused", () => {
    const any = jit((x: unknown) => (x === undefined ? tf.scalar(0) : tf.scalar(1)), { name: "any" });
    expect(() => any({ rows: [new Float32Array(2)] })).toThrow(
      'jit: argument 0.rows.0 of "any" must consist of tensors, keys, numbers, strings, arrays and ' +
        "plain objects, got Float32Array; convert it to a tensor",
    );
    const gone = tf.scalar(1);
    gone.dispose();
    expect(() => any([gone])).toThrow(
      'jit: argument 0.0 of "any" is a disposed tensor; pass another, or dispose of it later',
    );
    expect(() => any(new Map())).toThrow("got Map; pass its tensors and numbers");
  });

  test("that returns NaN is refused under checkNaN, with the path", () => {
    const log = jit(
      (x: tf.Tensor) => ({ ok: x.square(), deep: [{ value: x.log() }], count: x.cast("int32") }),
      {
        checkNaN: true,
        name: "log",
      },
    );
    const plus = tf.tensor1d([1, 2]);
    const minus = tf.tensor1d([1, -2]);
    expect(() => log(plus)).toLeaveTensors(3);
    const before = tf.memory().numTensors;
    expect(() => log(minus)).toThrow(
      'jit: "log" returned NaN in deep.0.value at step 2; ' +
        "look for the logarithm, root or quotient of a number that may be 0, or lower the learning rate",
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test("that throws on its first run can be repeated", () => {
    let broken = true;
    const f = jit((x: tf.Tensor) => {
      if (broken) throw new Error("not yet");
      return x.add(1);
    });
    const x = tf.scalar(1);
    const before = tf.memory().numTensors;
    expect(() => f(x)).toThrow("not yet");
    expect(tf.memory().numTensors).toBe(before);
    broken = false;
    expect(f(x)).toBeNear(2, {});
  });
});

test("jit checks its options", () => {
  const f = (x: tf.Tensor): tf.Tensor => x;
  expect(() => jit(f, { compiler: "llvm" as "xla" })).toThrow(
    'jit: compiler must be one of auto, xla, mixed, graph, off, got "llvm"',
  );
  expect(() => jit(f, { maxTraces: 0 })).toThrow("jit: maxTraces must be a positive integer, got 0");
});

import { jit, random, tf } from "latent";
import type { Transition } from "latent/envs";
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest";
import { compiledStep } from "../../../lib/control/agent/compiled-step";

interface State {
  readonly x: tf.Tensor1D;
}
type Step = (key: random.Key, state: State, action: tf.Tensor, params: number) => Transition<State>;

const key = random.key(0);
const [state, action] = [{ x: tf.tensor1d([1, 2]) }, tf.tensor2d([[3], [4]])];

/** Adds the action; `inside` sees what the step sees. */
function adding(inside: (state: State, action: tf.Tensor) => void): Step {
  return (_key, now, move, params) => {
    inside(now, move);
    const x = now.x.add<tf.Tensor1D>(move.reshape([-1])).mul<tf.Tensor1D>(params);
    const never = tf.zeros<tf.Rank.R1>([2], "bool");
    return { state: { x }, observation: x.clone(), reward: x.clone(), terminated: never, truncated: never };
  };
}

let warned: MockInstance<typeof console.warn>;
beforeEach(() => {
  warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  warned.mockRestore();
});

describe("a step of an environment", () => {
  test("is compiled where it can be: its JavaScript runs once", () => {
    const inside = vi.fn();
    const step = compiledStep(adding(inside), 2, "sum");
    for (let i = 0; i < 3; i++) expect(step(key, state, action).state.x).toBeNear([8, 12], { abs: 0 });
    const traced = inside.mock.calls.length;
    step(key, state, action);
    expect(inside.mock.calls.length).toBe(traced);
    expect(warned).not.toHaveBeenCalled();
    step.dispose();
  });

  test("that reads values runs as it is, and says so once, with the reason", () => {
    for (let copy = 0; copy < 2; copy++) {
      const step = compiledStep(
        adding(({ x }) => void x.dataSync()),
        2,
        "reader",
      );
      for (let i = 0; i < 2; i++) expect(step(key, state, action).state.x).toBeNear([8, 12], { abs: 0 });
      step.dispose();
    }
    expect(warned.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^the step of reader is not compiled and runs operation by operation \(jit: .* reads the value/,
        ),
      ],
    ]);
  });

  test("that is wrong throws its own error, at each call", () => {
    const step = compiledStep(
      adding((_now, move) => {
        if (move.shape[0] !== 2)
          throw new Error(`sum.step: action must be [2, 1], got [${move.shape.join()}]`);
      }),
      2,
      "checked",
    );
    const few = tf.tensor2d([[3]]);
    expect(() => step(key, state, few)).toThrow("sum.step: action must be [2, 1], got [1,1]");
    expect(step(key, state, action).reward).toBeNear([8, 12], { abs: 0 });
    expect(() => step(key, state, few)).toThrow("sum.step: action must be [2, 1], got [1,1]");
    expect(warned).not.toHaveBeenCalled();
    step.dispose();
  });

  test("that was compiled does not become plain by a later failure", () => {
    let calls = 0;
    const step = compiledStep(
      adding((_now, move) => {
        calls++;
        if (move.dtype === "int32") throw new Error("whole");
      }),
      1,
      "later",
    );
    step(key, state, action);
    const traced = calls;
    expect(() => step(key, state, action.cast("int32"))).toThrow("whole");
    calls = traced;
    step(key, state, action);
    expect(calls).toBe(traced); // still compiled
    step.dispose();
  });
});

test("the tests run where functions are compiled", () => {
  const inside = vi.fn();
  const f = jit((x: tf.Tensor) => {
    inside();
    return x.square();
  });
  for (let i = 0; i < 3; i++) f(tf.scalar(i));
  expect(inside).toHaveBeenCalledTimes(1);
  f.dispose();
});

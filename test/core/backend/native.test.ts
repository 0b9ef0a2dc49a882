import { describe, expect, test } from "vitest";
import { dtypeName, nativeBackend, type Binding } from "../../../lib/core/backend/native";
import { operation } from "../../../lib/jit/tensorflow/op-definitions";

const { binding } = nativeBackend() as { binding: Binding };

describe("the addon", () => {
  test("refuses what is no function, and functions that it does not have", () => {
    expect(() => binding.addFunction(Uint8Array.of(1, 2, 3))).toThrow("Invalid FunctionDef proto");
    expect(() => binding.addFunction("f" as unknown as Uint8Array)).toThrow(
      "addFunction: expected a Uint8Array",
    );
    expect(() => binding.removeFunction("nobody")).toThrow("Tried to remove non-existent function 'nobody'.");
    expect(() => binding.removeFunction(1 as unknown as string)).toThrow("removeFunction: expected a string");
    expect(() => (binding.addFunction as () => void)()).toThrow("expected one argument");
  });

  test("knows what goes into operations and what comes out", () => {
    const split = operation(binding, "SplitV");
    expect(split.inputArg.map(({ name }) => name)).toEqual(["value", "size_splits", "split_dim"]);
    expect(split.outputArg).toMatchObject([{ name: "output", typeAttr: "T", numberAttr: "num_split" }]);
    expect(operation(binding, "RandomUniform").isStateful).toBe(true);
    expect(() => operation(binding, "Nonsense")).toThrow("jit: TensorFlow has no operation Nonsense");
  });
});

test("types are named as tfjs names them", () => {
  expect([1, 3, 10, 99].map(dtypeName)).toEqual(["float32", "int32", "bool", "type 99"]);
});

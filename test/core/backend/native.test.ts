import { describe, expect, test } from "vitest";
import { dtypeName, nativeBackend, type Binding } from "../../../lib/core/backend/native";
import { operationDefinition } from "../../../lib/jit/tensorflow/op-definitions";

const { binding } = nativeBackend() as { binding: Binding };

describe("the addon", () => {
  test("rejects invalid functions, and removing functions that it does not have", () => {
    expect(() => binding.addFunction(Uint8Array.of(1, 2, 3))).toThrow("Invalid FunctionDef proto");
    expect(() => binding.addFunction("f" as unknown as Uint8Array)).toThrow(
      "addFunction: expected a Uint8Array",
    );
    expect(() => binding.removeFunction("missing")).toThrow(
      "Tried to remove non-existent function 'missing'.",
    );
    expect(() => binding.removeFunction(1 as unknown as string)).toThrow("removeFunction: expected a string");
    expect(() => (binding.addFunction as () => void)()).toThrow("expected one argument");
  });

  test("lists the inputs, outputs and attributes of operations", () => {
    const split = operationDefinition(binding, "SplitV");
    expect(split.inputArg.map(({ name }) => name)).toEqual(["value", "size_splits", "split_dim"]);
    expect(split.outputArg).toMatchObject([{ name: "output", typeAttr: "T", numberAttr: "num_split" }]);
    expect(operationDefinition(binding, "RandomUniform").isStateful).toBe(true);
    expect(() => operationDefinition(binding, "Nonsense")).toThrow(
      "jit: TensorFlow has no operation Nonsense",
    );
  });
});

test("dtypeName returns tfjs's names of element types", () => {
  expect([1, 3, 10, 99].map(dtypeName)).toEqual(["float32", "int32", "bool", "type 99"]);
});

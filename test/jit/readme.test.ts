import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tf } from "latent";
import { expect, test } from "vitest";
import { nativeBackend, type NativeBackend } from "../../lib/core/backend/native";
import { signatureOf } from "../../lib/jit/arguments/signature";
import { parameterTypes, refKey } from "../../lib/jit/tensorflow/graph";
import { traceFunction } from "../../lib/jit/trace/trace-function";

const readme = readFileSync(join(__dirname, "../../lib/jit/README.md"), "utf8");

test("the example of lib/jit/README.md has the signature and the graph that are printed there", () => {
  const args = [tf.ones([2, 3]), tf.ones([3, 4])];
  expect(readme).toContain(`\`${signatureOf("layer", args).id}\``);
  const layer = ([x, w]: readonly tf.Tensor[]): tf.Tensor[] => [
    tf
      .matMul(x as tf.Tensor, w as tf.Tensor)
      .relu()
      .mean(),
  ];
  const { graph } = traceFunction(nativeBackend() as NativeBackend, "layer", args, layer);
  expect(parameterTypes(graph).map(({ shape }) => shape)).toEqual([
    [2, 3],
    [3, 4],
  ]);
  for (const { name, op, inputs } of graph.nodes)
    expect(readme).toMatch(
      new RegExp(String.raw`\| ${name} +\| ${op} +\| ${inputs.map(refKey).join(", ")} +\|`),
    );
  expect(graph.nodes).toHaveLength(4);
  expect(graph.results.map(refKey)).toEqual(["n5:0"]);
});

/** How tensors, distributions, keys and trees look as a last expression and in console.log. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Kernel } from "../../../tools/protocol/start-kernel";
import { runCell, START, startTestKernel } from "./support";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await startTestKernel();
  const imports = [
    'import { random, tf, useBackend } from "latent";',
    'import { independent, normal } from "latent/distributions";',
  ];
  expect((await runCell(kernel, imports.join("\n"))).reply.status).toBe("ok");
}, START);
afterAll(() => kernel.shutdown());

/** The result of a cell, by MIME type. */
async function resultOf(code: string): Promise<Readonly<Record<string, unknown>>> {
  const { outputs } = await runCell(kernel, code);
  return outputs.find((output) => output.output_type === "execute_result")?.data ?? {};
}

test("a tensor before useBackend() is announced in one line, once", async () => {
  const ran = await runCell(kernel, "tf.scalar(1).dispose(); tf.scalar(2).dispose();");
  expect(ran.printed).toBe(
    "latent: a tensor was made before useBackend(), on the slow backend cpu; " +
      "write `await useBackend()` above it\n",
  );
  const chosen = await runCell(kernel, 'await useBackend("cpu");');
  expect([chosen.reply.status, chosen.printed]).toEqual(["ok", ""]);
});

const TREE = "({ encoder: { hidden: [{ weights: tf.zeros([784, 20]) }], key: random.key(3) }, steps: 5 })";

test.each([
  ["tf.tensor([0.12, -1.4, 0.88])", "Tensor [3] float32  [0.12, -1.40, 0.88]"],
  ["normal(tf.zeros([3]), 1)", "Normal(mu [3], sigma [])"],
  ["independent(normal(tf.zeros([4, 3]), 1))", "Independent(base Normal(mu [4, 3], sigma []), axes 1)"],
  ["random.key(7)", "Key(0, 7)"],
  ["const gone = tf.zeros([2]); gone.dispose(); gone", "Tensor [2] float32 (disposed)"],
  [
    TREE,
    "Tree of 1 tensor, 15680 elements\n  encoder.hidden.0.weights float32 [784, 20]\n" +
      "  encoder.key Key(0, 3)\n  steps 5",
  ],
  ["({ loss: 1, curve: [1, 2] })", "{ loss: 1, curve: [ 1, 2 ] }"],
])("%s", async (code, text) => {
  expect((await resultOf(code))["text/plain"]).toBe(text);
  const expression = code.replace("const gone = tf.zeros([2]); gone.dispose(); ", "");
  expect((await runCell(kernel, `console.log(${expression});`)).printed).toBe(`${text}\n`);
});

test("adds a table to a matrix and to a tree, and to nothing else", async () => {
  const matrix = await resultOf("tf.tensor2d([[1, 2.5], [-3, 4]])");
  expect(matrix["text/plain"]).toBe("Tensor [2, 2] float32\n[[ 1.0,  2.5],\n [-3.0,  4.0]]");
  expect(matrix["text/html"]).toContain("<tr><th>1</th><td>-3.0</td><td>4.0</td></tr>");
  const tree = await resultOf(TREE);
  expect(tree["text/html"]).toContain(
    '<tr><th style="text-align: left">encoder.hidden.0.weights</th>' +
      "<td>float32</td><td>[784, 20]</td><td>15680</td></tr>",
  );
  expect(await resultOf("tf.tensor([1, 2])")).not.toHaveProperty("text/html");
  expect(await resultOf("({ a: 1 })")).not.toHaveProperty("text/html");
});

test("shows what `show` returns as the value itself", async () => {
  const [own, shown] = [
    await resultOf("tf.eye(2)"),
    await resultOf('import { show } from "latent"; show(tf.eye(2))'),
  ];
  expect(shown).toEqual(own);
});

test("prints what throws when it is looked at as Node.js does", async () => {
  const code =
    'const hostile = { get tensor(): string { throw new Error("no"); } }; console.log(hostile); hostile';
  const { reply, printed } = await runCell(kernel, code);
  expect([reply.status, printed]).toEqual(["ok", "{ tensor: [Getter] }\n"]);
});

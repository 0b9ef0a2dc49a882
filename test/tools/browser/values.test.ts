/** What values look like in JupyterLab. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LIMIT, reason, runAll, shots, startLabInBrowser, type LabInBrowser } from "./lab";

/** Cells, each with a text that its output contains in the page. */
const CELLS: readonly (readonly [source: string, text?: string])[] = [
  [
    `import { display, random, show, tf, useBackend } from "latent";
import { independent, mixtureSameFamily, categorical, normal } from "latent/distributions";
import { vae } from "latent/models";
await useBackend("cpu");`,
  ],
  ["tf.tensor([0.12, -1.4, 0.88])", "Tensor [3] float32  [0.12, -1.40, 0.88]"],
  ["random.normal(random.key(1), [5, 3])", "Tensor [5, 3] float32"],
  ["random.normal(random.key(2), [200, 100])", "mean"],
  ["random.normal(random.key(3), [2, 3, 4])", "Tensor [2, 3, 4] float32"],
  ['tf.tensor1d(["a", "b"])', "Tensor [2] string"],
  ["normal(tf.zeros([3]), 1)", "Normal(mu [3], sigma [])"],
  [
    `mixtureSameFamily(categorical(tf.zeros([4])), independent(normal(tf.zeros([4, 2]), 1), 1))`,
    "MixtureSameFamily(",
  ],
  ["vae.init(random.key(0), { data: 784, hidden: [400], latent: 20 })", "encoder"],
  ["random.key(7)", "Key(0, 7)"],
  [
    `const size = 48;
const ramp = tf.linspace(0, 1, size);
const across = ramp.tile([size]).reshape([size, size]);
const colours = tf.stack([across, tf.ones([size, size]).mul(0.4), across.transpose()], 2);
await display(colours);`,
  ],
  ["await display(ramp.reshape([1, size]).tile([12, 1]));"],
  ["const gone = tf.zeros([2]); gone.dispose(); gone", "Tensor [2] float32 (disposed)"],
  [
    `console.log("loss", tf.scalar(0.25), { mean: tf.ones([2]) });
console.table([{ model: "VAE", nats: -84.2 }, { model: "IWAE", nats: -83.1 }]);`,
    "loss",
  ],
  ["show(tf.eye(3))", "Tensor [3, 3]"],
];

function notebook(): string {
  const kernelspec = { name: "latent", display_name: "TypeScript (latent)", language: "typescript" };
  const cells = CELLS.map(([source], i) => ({
    id: `cell-${i}`,
    cell_type: "code",
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells });
}

/** The text of each cell's output, with its tables; scrolls through the page, which draws what it shows. */
async function outputTexts(page: Page): Promise<string[]> {
  const texts: string[] = [];
  for (const index of CELLS.keys()) {
    const cell = page.locator(`.jp-Cell[data-windowed-list-index="${index}"]`);
    await page.locator(".jp-Notebook .jp-WindowedPanel-outer").hover();
    for (let step = 0; step < 40 && (await cell.count()) === 0; step++) await page.mouse.wheel(0, 300);
    await cell.scrollIntoViewIfNeeded();
    texts.push((await cell.locator(".jp-OutputArea-output").allInnerTexts()).join("\n"));
    if (shots !== undefined) await cell.screenshot({ path: join(shots, `value-${index}.png`) });
  }
  return texts;
}

describe.skipIf(reason !== "")(`values in JupyterLab${reason}`, () => {
  let lab: LabInBrowser;
  beforeAll(async () => {
    lab = await startLabInBrowser();
  }, LIMIT);
  afterAll(() => lab.close(), LIMIT);

  test(
    "are shown as text, tables and pictures",
    async () => {
      const file = join(lab.folder, "values.ipynb");
      writeFileSync(file, notebook());
      const page = await lab.open("values.ipynb");
      const { cells } = await runAll(page, file);
      expect(
        cells.flatMap(({ outputs = [] }) => outputs.filter((one) => one.output_type === "error")),
      ).toEqual([]);
      const texts = await outputTexts(page);
      for (const [index, [source, text = ""]] of CELLS.entries())
        expect(texts[index], source).toContain(text);
      await page.close();
    },
    LIMIT,
  );
});

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startKernel, type Kernel } from "../../../tools/protocol/start-kernel";
import { parseNotebook } from "../../../tools/notebook/read";
import { notebooks, runCell, START } from "./support";

const file = join(notebooks, "good.ipynb");
const parameters = parseNotebook(readFileSync(file, "utf8"), file).cells[1]?.source ?? "";
const valueOf = async (kernel: Kernel, code: string): Promise<unknown> =>
  (await runCell(kernel, code)).outputs.map((output) =>
    output.output_type === "execute_result" ? output.data["text/plain"] : output.output_type,
  );

describe("with LATENT_SMOKE=1", () => {
  const folder = mkdtempSync(join(tmpdir(), "latent-smoke-"));
  let kernel: Kernel;
  beforeAll(async () => {
    copyFileSync(file, join(folder, "good.ipynb"));
    writeFileSync(join(folder, "broken.ipynb"), "{");
    const wrong = readFileSync(file, "utf8")
      .replace("const steps = 1000;", "const turns = 1000;")
      .replace('"label": "small"', '"label": "tiny"');
    writeFileSync(join(folder, "wrong.ipynb"), wrong);
    kernel = await startKernel({ folder, environment: { LATENT_SMOKE: "1" } });
  }, START);
  afterAll(async () => {
    await kernel.shutdown();
    rmSync(folder, { recursive: true });
  });

  it("a parameters cell takes the notebook's smoke parameters, with their types, and says so", async () => {
    const ran = await runCell(kernel, `\r\n${parameters.replaceAll("\n", "\r\n")}\n`);
    expect(ran.reply.status).toBe("ok");
    expect(ran.printed).toBe('LATENT_SMOKE=1: smoke mode with label = "small", steps = 10\n');
    expect(await valueOf(kernel, "[steps, rate, label, noisy]")).toEqual(["[ 10, 0.5, 'small', false ]"]);
    // `label` is still one of two words for the checker, not the one that it has now
    expect(await valueOf(kernel, 'label === "full"')).toEqual(["false"]);
  });

  it("other cells run as they are", async () => {
    expect((await runCell(kernel, "const steps = 1000;\nsteps")).outputs).toMatchObject([
      { data: { "text/plain": "1000" } },
    ]);
  });

  it("a smoke parameter that does not exist fails the cell and names those that do", async () => {
    const ran = await runCell(kernel, parameters.replace("const steps = 1000;", "const turns = 1000;"));
    expect(ran.reply).toMatchObject({
      status: "error",
      ename: "SmokeParameters",
      evalue:
        "the notebook's smoke parameters: unknown parameter steps; the parameters cell declares: turns, rate, label, noisy",
    });
  });
});

it("without it a parameters cell runs as it is", async () => {
  const kernel = await startKernel({ folder: notebooks, environment: { LATENT_SMOKE: "" } });
  const ran = await runCell(kernel, parameters);
  expect(ran.outputs).toEqual([]);
  expect(await valueOf(kernel, "steps")).toEqual(["1000"]);
  await kernel.shutdown();
});

import { beforeEach, describe, expect, test, vi } from "vitest";
import { liveFigure } from "latent/notebook";
import { lineChart, type LineRow } from "latent/plot";
import { captureLog, plainTexts, startKernel } from "./fake-kernel";

function draw(rows: readonly LineRow[]) {
  return lineChart(rows, { x: { title: "step", unit: null }, y: { title: "loss", unit: "nats" } });
}
const rows = [{ x: 1, y: 2 }];
const diverged = [{ x: 1, y: NaN }];
const message =
  "The figure loss could not be drawn: lineChart: rows[0].y must be finite, got NaN; " +
  "drop such rows, or find where the computation diverged";

const REASON_START = message.indexOf("lineChart:");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

describe("liveFigure in a notebook", () => {
  test("sends at most five updates per second, without a PNG, to one display", () => {
    const kernel = startKernel();
    const figure = liveFigure("loss", draw);
    for (let ms = 0; ms < 1000; ms += 10) {
      figure.update(rows);
      vi.advanceTimersByTime(10);
    }
    expect(kernel.sent.map(({ update }) => update)).toEqual([false, true, true, true, true]);
    expect(new Set(kernel.sent.map(({ bundle }) => bundle.transient?.display_id)).size).toBe(1);
    for (const { bundle } of kernel.sent) expect(bundle.data).not.toHaveProperty("image/png");
  });

  test("done sends the final figure at once, with PNG and name", async () => {
    const kernel = startKernel();
    const figure = liveFigure("loss", draw, { alt: "The loss." });
    figure.update(rows);
    await figure.done([...rows, { x: 2, y: 3 }]);
    const last = kernel.sent.at(-1);
    expect(kernel.sent).toHaveLength(2);
    expect(last?.update).toBe(true);
    expect(last?.bundle.data).toHaveProperty("image/png");
    expect(last?.bundle.data["text/plain"]).toBe("The loss.");
    expect(last?.bundle.metadata["latent"]).toEqual({ name: "loss" });
  });

  test("done creates the display if there was no update", async () => {
    const kernel = startKernel();
    await liveFigure("loss", draw).done(rows);
    expect(kernel.sent.map(({ update }) => update)).toEqual([false]);
  });

  test("two figures have two displays", () => {
    const kernel = startKernel();
    liveFigure("loss", draw).update(rows);
    liveFigure("loss", draw).update(rows);
    expect(new Set(kernel.sent.map(({ bundle }) => bundle.transient?.display_id)).size).toBe(2);
  });

  test("update displays why a figure cannot be drawn, until a later one can", () => {
    const kernel = startKernel();
    const figure = liveFigure("loss", draw);
    figure.update(diverged);
    vi.advanceTimersByTime(200);
    figure.update(rows);
    expect(plainTexts(kernel)).toEqual([message, "loss (nats) against step"]);
    expect(kernel.sent[0]?.bundle.metadata["latent"]).toEqual({
      name: "loss",
      error: message.slice(REASON_START),
    });
  });

  test("done does not throw if the figure cannot be drawn", async () => {
    const kernel = startKernel();
    await liveFigure("loss", draw).done(diverged);
    expect(plainTexts(kernel)).toEqual([message]);
  });

  test("done throws in strict mode if the figure cannot be drawn", async () => {
    startKernel();
    vi.stubEnv("LATENT_STRICT", "1");
    await expect(liveFigure("loss", draw).done(diverged)).rejects.toThrow("rows[0].y must be finite");
  });
});

test("done logs one line in a plain Node process, also if the figure cannot be drawn", async () => {
  const lines = captureLog();
  const figure = liveFigure("loss", draw);
  figure.update(rows);
  await figure.done(rows);
  await figure.done(diverged);
  expect(lines).toEqual(["[figure loss] loss (nats) against step", message]);
});

test("throws at creation if the name is not in kebab-case", () => {
  expect(() => liveFigure("The Loss", draw)).toThrow(
    'liveFigure: name must be in kebab-case, got "The Loss"; ' +
      'it becomes a file name, write it like "elbo-curve"',
  );
});

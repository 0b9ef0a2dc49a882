import { beforeEach, describe, expect, test, vi } from "vitest";
import { liveFigure } from "latent/notebook";
import { lineChart, type LineRow } from "latent/plot";
import { listen, plainTexts, startKernel } from "./fake-kernel";

const draw = (rows: readonly LineRow[]) =>
  lineChart(rows, { x: { title: "step", unit: null }, y: { title: "loss", unit: "nats" } });
const rows = [{ x: 1, y: 2 }];
const diverged = [{ x: 1, y: NaN }];
const words =
  "The figure loss could not be drawn: lineChart: rows[0].y must be a finite number, got NaN; " +
  "leave such rows out, or find where the computation diverged";

const reason = words.indexOf("lineChart:");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

describe("in a notebook", () => {
  test("five updates a second at most are sent, without a picture, all to one place", () => {
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

  test("the last one comes at once, with its picture and name", async () => {
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

  test("without an update before it, the last one makes the place", async () => {
    const kernel = startKernel();
    await liveFigure("loss", draw).done(rows);
    expect(kernel.sent.map(({ update }) => update)).toEqual([false]);
  });

  test("two figures have two places", () => {
    const kernel = startKernel();
    liveFigure("loss", draw).update(rows);
    liveFigure("loss", draw).update(rows);
    expect(new Set(kernel.sent.map(({ bundle }) => bundle.transient?.display_id)).size).toBe(2);
  });

  test("a chart that cannot be drawn says why in its place, training goes on, and a later one replaces it", () => {
    const kernel = startKernel();
    const figure = liveFigure("loss", draw);
    figure.update(diverged);
    vi.advanceTimersByTime(200);
    figure.update(rows);
    expect(plainTexts(kernel)).toEqual([words, "loss (nats) against step"]);
    expect(kernel.sent[0]?.bundle.metadata["latent"]).toEqual({ name: "loss", error: words.slice(reason) });
  });

  test("a last chart that cannot be drawn does not fail the cell, or its results would be lost", async () => {
    const kernel = startKernel();
    await liveFigure("loss", draw).done(diverged);
    expect(plainTexts(kernel)).toEqual([words]);
  });

  test("in strict mode it does", async () => {
    startKernel();
    vi.stubEnv("LATENT_STRICT", "1");
    await expect(liveFigure("loss", draw).done(diverged)).rejects.toThrow(
      "rows[0].y must be a finite number",
    );
  });
});

test("a plain process prints one line at the end, of success or failure", async () => {
  const lines = listen();
  const figure = liveFigure("loss", draw);
  figure.update(rows);
  await figure.done(rows);
  await figure.done(diverged);
  expect(lines).toEqual(["[figure loss] loss (nats) against step", words]);
});

test("a name that is no file name is refused before training", () => {
  expect(() => liveFigure("The Loss", draw)).toThrow(
    'liveFigure: name must be in kebab-case, got "The Loss"; write it as in "elbo-curve"',
  );
});

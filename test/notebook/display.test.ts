import { loadImage } from "canvas";
import { describe, expect, test } from "vitest";
import { display, tf } from "latent";
import { type FigureSpec, lineChart } from "latent/plot";
import { captureLog, startKernel } from "./fake-kernel";

const spec = lineChart([{ x: 1, y: 2 }], {
  x: { title: "step", unit: null },
  y: { title: "loss", unit: "nats" },
});
function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

const vegaLite = "application/vnd.vegalite.v5+json";

describe("display in a notebook", () => {
  test("sends one bundle with the spec, a PNG and alternative text, and no HTML or SVG", async () => {
    const kernel = startKernel();
    await display(spec, { name: "loss-curve" });
    expect(kernel.sent).toHaveLength(1);
    const [{ bundle, update } = { bundle: { data: {}, metadata: {} }, update: true }] = kernel.sent;
    expect(update).toBe(false);
    expect(Object.keys(bundle.data).sort()).toEqual([vegaLite, "image/png", "text/plain"]);
    expect(bundle.data[vegaLite]).toEqual(JSON.parse(JSON.stringify(spec)));
    expect(bundle.data["text/plain"]).toBe("loss (nats) against step");
    expect(bundle.metadata["latent"]).toEqual({ name: "loss-curve" });
  });

  test("renders the PNG with twice the pixels of its display size", async () => {
    const kernel = startKernel();
    await display(spec);
    const { data, metadata } = kernel.sent[0]?.bundle ?? { data: {}, metadata: {} };
    const { width, height } = await loadImage(Buffer.from(String(data["image/png"]), "base64"));
    const shown = metadata["image/png"] as { width: number; height: number };
    expect([width, height]).toEqual([2 * shown.width, 2 * shown.height]);
    expect(metadata).not.toHaveProperty("latent");
  });

  test("adds the slide to the metadata of a named figure", async () => {
    const kernel = startKernel();
    await display(spec, { name: "loss-curve", slide: "What about training?" });
    await display(spec, { slide: "a slide without a name" });
    expect(kernel.sent.map(({ bundle }) => bundle.metadata["latent"])).toEqual([
      { name: "loss-curve", slide: "What about training?" },
      undefined,
    ]);
  });

  test("uses the given alternative text", async () => {
    const kernel = startKernel();
    await display(spec, { alt: "The loss falls." });
    expect(kernel.sent[0]?.bundle.data["text/plain"]).toBe("The loss falls.");
  });

  test("rejects a spec that does not compile, and sends nothing", async () => {
    const kernel = startKernel();
    await expect(display({ mark: "nothing" } as unknown as FigureSpec)).rejects.toThrow();
    expect(kernel.sent).toEqual([]);
  });
});

describe("display of a tensor", () => {
  test.each([[[2, 3]], [[2, 3, 3]]])("shows %j as an image", async (shape) => {
    const kernel = startKernel();
    await display(tf.linspace(0, 1, sizeOf(shape)).reshape(shape), { name: "ramp" });
    const { data, metadata } = kernel.sent[0]?.bundle ?? { data: {}, metadata: {} };
    expect(Object.keys(data).sort()).toEqual([vegaLite, "image/png", "text/plain"]);
    expect(data["text/plain"]).toBe("an image of 2 by 3 pixels");
    expect(metadata["latent"]).toEqual({ name: "ramp" });
  });

  test.each<[number[], number, string]>([
    [[4], 0, "a tensor must be an image [H, W] or [H, W, 3], got [4]; take one image of a batch, or write"],
    [[2, 2, 2], 0, "a tensor must be an image [H, W] or [H, W, 3], got [2, 2, 2]; take"],
    [[0, 2], 0, "a tensor must be an image [H, W] or [H, W, 3], got [0, 2]; take"],
    [[2, 2], 255, "an image must have values in [0, 1], got 255; divide bytes by 255, or clip the values"],
    [[2, 2], NaN, "an image must have values in [0, 1], got NaN; divide"],
  ])("refuses %j filled with %d", async (shape, value, message) => {
    const kernel = startKernel();
    await expect(display(tf.fill(shape, value))).rejects.toThrow(`display: ${message}`);
    expect(kernel.sent).toEqual([]);
  });
});

test("logs one line in a plain Node process", async () => {
  const lines = captureLog();
  await display(spec, { name: "loss-curve" });
  await display(spec, { alt: "x" });
  expect(lines).toEqual(["[figure loss-curve] loss (nats) against step", "[figure] x"]);
});

test.each(["Loss", "loss curve", "loss_curve", "-loss", "loss--curve", "../loss", ""])(
  "throws for the name %j",
  async (name) => {
    await expect(display(spec, { name })).rejects.toThrow(
      new Error(
        `display: name must be in kebab-case, got "${name}"; ` +
          `it becomes a file name, write it like "elbo-curve"`,
      ),
    );
  },
);

import {
  adam,
  fit,
  type Fit,
  type FitOptions,
  gradientStep,
  random,
  type Report,
  sgd,
  tf,
  tree,
  valueAndGrad,
} from "latent";
import type { Vae } from "latent/models";
import { describe, expect, test } from "vitest";
import { lineLoss, linePoints, smallRun, startLine, type Line } from "./small-fits";

/** The numbers of a tree, in the order of its leaves. */
function numbersIn(values: unknown): number[] {
  return tree.leaves(values).flatMap((leaf) => Array.from(leaf.dataSync()));
}

/** Runs `fit`, and returns the loss of every step, the final numbers of the model, and the run. */
async function curveOf(
  options: FitOptions<Vae>,
): Promise<{ losses: number[]; end: number[]; run: Fit<Vae> }> {
  const losses: number[] = [];
  const report = ({ metrics }: Report<Vae>): void => {
    if (metrics["loss"] !== undefined) losses.push(metrics["loss"]);
  };
  const run = await fit({ ...options, report, every: 1 });
  return { losses, end: numbersIn(run.state), run };
}

describe("gradientStep", () => {
  test("is one optimizer step on the gradient, and does not change its arguments", () => {
    const params = startLine();
    const data = linePoints(5);
    const optimizer = sgd({ learningRate: 0.1 });
    const state = { params, optimizer: optimizer.init(params) };
    const [next, metrics] = gradientStep(lineLoss, optimizer)(state, data, random.key(0), tf.scalar(0));
    const { value, grads } = valueAndGrad((p: Line) => lineLoss(p, data)[0])(params);
    expect(metrics["loss"] ?? NaN).toBeNear(value, {});
    expect(metrics["largest"] ?? NaN).toBeNear(3, { abs: 1e-6 }); // |0 − (2 x − 1)| at x = −1
    expect(numbersIn(next.params)).toEqual(numbersIn(grads).map((g) => Math.fround(-Math.fround(0.1) * g)));
    expect(numbersIn(params)).toEqual([0, 0]);
    tree.dispose([params, data, next, metrics, value, grads]);
  });

  test('rejects a metric that is not a scalar, or is named "loss"', () => {
    const params = startLine();
    const data = linePoints(5);
    const optimizer = sgd({ learningRate: 0.1 });
    const state = { params, optimizer: optimizer.init(params) };
    const stepWith = (metrics: Record<string, tf.Tensor>) =>
      gradientStep<Line>((p) => [p.a.square(), metrics], optimizer)(state, data, random.key(0), tf.scalar(0));
    expect(() => stepWith({ both: params.a.broadcastTo([2]) })).toThrow(
      "gradientStep: the metric both must be [], got [2]; reduce it with .mean() or .sum()",
    );
    expect(() => stepWith({ loss: params.a })).toThrow(
      'gradientStep: a metric must not be named "loss", the name of the loss itself; rename it',
    );
    tree.dispose([params, data]);
  });

  test("leaves only the new state and the metrics", () => {
    const params = startLine();
    const data = linePoints(5);
    const optimizer = adam();
    const state = { params, optimizer: optimizer.init(params) };
    const step = gradientStep(lineLoss, optimizer);
    // a and b, their two moments each, the count; the loss and one more metric
    const zero = tf.scalar(0);
    expect(() => step(state, data, random.key(0), zero)).toLeaveTensors(7 + 2);
    tree.dispose([state, data]);
  });
});

describe("fit", () => {
  test("finds the line through points on a line", async () => {
    const params = startLine();
    const data = linePoints(20);
    const run = await fit({
      params,
      loss: lineLoss,
      optimizer: sgd({ learningRate: 0.2 }),
      data,
      batchSize: 5,
      steps: 300,
      key: random.key(1),
    });
    expect(run.step).toBe(300);
    // Without noise, each step shrinks the error along a by 1 − 2 · 0.2 · E[x²] = 0.85, down to float32's
    // rounding
    expect(run.state.params.a).toBeNear(2, { abs: 1e-5 });
    expect(run.state.params.b).toBeNear(-1, { abs: 1e-5 });
    expect(numbersIn(params)).toEqual([0, 0]); // the initial parameters are unchanged
    tree.dispose([params, data, run.state]);
  });

  test("visits each row once per epoch, in a different order, with new draws at each step", async () => {
    const data = tf.range(0, 12).expandDims<tf.Tensor2D>(1);
    const seen: { rows: number; draw: number }[] = [];
    const params = startLine();
    const run = await fit({
      params,
      loss: ({ a }, batch, key) => [
        a.square(),
        { rows: tf.pow(2, batch).sum(), draw: random.uniform(key) }, // a bit for each row
      ],
      optimizer: sgd({ learningRate: 0.1 }),
      data,
      batchSize: 3,
      steps: 12,
      key: random.key(1),
      every: 1,
      report: ({ step, metrics: { rows = NaN, draw = NaN } }) => {
        if (step > 0) seen.push({ rows, draw });
      },
    });
    const epochs = [0, 4, 8].map((start) => seen.slice(start, start + 4).map(({ rows }) => rows));
    for (const batches of epochs) expect(batches.reduce((sum, bits) => sum + bits, 0)).toBe(2 ** 12 - 1);
    expect(new Set(epochs.map((batches) => batches.join())).size).toBe(3);
    expect(new Set(seen.map(({ draw }) => draw)).size).toBe(12);
    tree.dispose([params, data, run.state]);
  });

  test("has the same curve bit for bit with the same key, and another with another key", async () => {
    const options = { ...smallRun(), steps: 30 };
    const [first, again, other] = [
      await curveOf(options),
      await curveOf(options),
      await curveOf({ ...options, key: random.key(4) }),
    ];
    expect(first.losses).toHaveLength(30);
    expect(again.losses).toEqual(first.losses);
    expect(again.end).toEqual(first.end);
    expect(other.losses[0]).not.toBe(first.losses[0]);
    tree.dispose([options.params, options.data, first.run.state, again.run.state, other.run.state]);
  });

  test("resumes after an interruption bit for bit", async () => {
    const options = { ...smallRun(), steps: 30 };
    const whole = await curveOf(options);
    for (const cut of [8, 13]) {
      const start = await curveOf({ ...options, stop: (step) => step === cut }); // 8 steps are an epoch
      expect(start.run.step).toBe(cut);
      const rest = await curveOf({ ...options, resume: start.run });
      expect([...start.losses, ...rest.losses]).toEqual(whole.losses);
      expect(rest.end).toEqual(whole.end);
      expect(rest.run.step).toBe(30);
      expect(numbersIn(start.run.state)).toEqual(start.end); // resuming does not change the first run
      tree.dispose([start.run.state, rest.run.state]);
    }
    const done = await curveOf({ ...options, resume: whole.run });
    expect([done.losses, done.end]).toEqual([[], whole.end]);
    tree.dispose([options.params, options.data, whole.run.state, done.run.state]);
  });

  test("reports before the first step, after every few and after the last, with means since", async () => {
    const options = { ...smallRun(), steps: 25 };
    const { losses, run: first } = await curveOf(options);
    const reports: { step: number; loss: number | undefined; finished: boolean }[] = [];
    const run = await fit({
      ...options,
      every: 10,
      report: async ({ step, metrics }) => {
        const entry = { step, loss: metrics["loss"], finished: false };
        reports.push(entry);
        if (step > 0) expect(Object.keys(metrics).sort()).toEqual(["kl", "loss", "reconstruction"]);
        await new Promise(setImmediate);
        entry.finished = true;
      },
    });
    const mean = (from: number, to: number): number =>
      losses.slice(from, to).reduce((sum, loss) => sum + loss, 0) / (to - from);
    expect(reports.map(({ step }) => step)).toEqual([0, 10, 20, 25]);
    expect(reports.map(({ loss }) => loss)).toEqual([undefined, mean(0, 10), mean(10, 20), mean(20, 25)]);
    expect(reports.every(({ finished }) => finished)).toBe(true); // reports are awaited
    tree.dispose([options.params, options.data, first.state, run.state]);
  });

  test("reports only before the first and after the last step by default", async () => {
    const options = { ...smallRun(), steps: 3 };
    const steps: number[] = [];
    const run = await fit({ ...options, report: ({ step }) => void steps.push(step) });
    expect(steps).toEqual([0, 3]);
    tree.dispose([options.params, options.data, run.state]);
  });

  test("stops by request, with the current model", async () => {
    const options = smallRun();
    const asked: number[] = [];
    const reported: number[] = [];
    const run = await fit({
      ...options,
      steps: 100,
      stop: (step) => asked.push(step) === 4,
      report: ({ step }) => void reported.push(step),
    });
    const short = await fit({ ...options, steps: 4 });
    expect(run.step).toBe(4);
    expect(asked).toEqual([1, 2, 3, 4]);
    expect(reported).toEqual([0, 4]);
    expect(numbersIn(run.state)).toEqual(numbersIn(short.state));
    tree.dispose([options.params, options.data, run.state, short.state]);
  });

  test("yields to the event loop between steps", async () => {
    const options = smallRun();
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const run = await fit({ ...options, steps: 300, stop: () => turns >= 3 });
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(3);
    tree.dispose([options.params, options.data, run.state]);
  });
});

describe("the memory of fit", () => {
  test("is the same after each of 1,000 steps, and only the new state is left at the end", async () => {
    const options = { ...smallRun(), steps: 1000 };
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const run = await fit({
      ...options,
      stop: () => {
        counts.push(tf.memory().numTensors);
        return false;
      },
    });
    expect(counts).toHaveLength(1000);
    expect(new Set(counts).size).toBe(1);
    expect(tf.memory().numTensors - before).toBe(tree.leaves(run.state).length);
    tree.dispose([options.params, options.data, run.state]);
  });
});

describe("fit throws, and leaves no tensor,", () => {
  /** Expects `fit` to fail on the line with these options. */
  async function fails(change: Partial<FitOptions<Line>>, message: string): Promise<void> {
    const params = startLine();
    const data = linePoints(20);
    const before = tf.memory().numTensors;
    const options = { params, loss: lineLoss, data, batchSize: 5, steps: 50, key: random.key(1) };
    await expect(fit({ ...options, optimizer: sgd({ learningRate: 0.1 }), ...change })).rejects.toThrow(
      message,
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(numbersIn(params)).toEqual([0, 0]);
    tree.dispose([params, data]);
  }

  test("when the data has a NaN", async () => {
    const data = tf.tensor2d([[1, NaN]]);
    await fails(
      { data, batchSize: 1 },
      "fit: loss must be finite, got NaN after step 1; check the data for NaN, and that the model can " +
        "produce them: a Bernoulli decoder needs numbers from 0 to 1 (divide grey levels by 255)",
    );
    data.dispose();
  });

  test("when the learning rate is too high", async () => {
    // The first step goes to 10²⁵, whose square overflows float32
    await fails(
      { optimizer: sgd({ learningRate: 1e25 }) },
      "fit: loss must be finite, got Infinity after step 2; lower the learning rate",
    );
  });

  test("when a metric is NaN, naming it", async () => {
    await fails(
      { loss: (params, batch) => [lineLoss(params, batch)[0], { odd: tf.log(params.a.sub(1)) }] },
      "fit: odd must be finite, got NaN after step 1",
    );
  });

  test("when the loss is not a scalar", async () => {
    await fails(
      { loss: ({ a }, batch) => [batch.mul(a), {}] },
      "valueAndGrad: the loss must be a scalar, got [5, 2]; reduce it with .mean() or .sum()",
    );
  });

  test("when the loss throws", async () => {
    await fails(
      {
        loss: ({ a }, batch) => {
          batch.mul(a).square();
          throw new Error("a mistake in the loss");
        },
      },
      "a mistake in the loss",
    );
  });

  test("when a report throws", async () => {
    const report = ({ step }: Report<Line>): void => {
      if (step > 0) throw new Error("no figure");
    };
    await fails({ report, every: 2 }, "no figure");
  });

  test("when a number is out of range", async () => {
    await fails({ steps: 0 }, "fit: steps must be a positive integer, got 0");
    await fails({ every: 2.5 }, "fit: every must be a positive integer, got 2.5");
    await fails({ batchSize: 0 }, "minibatches: batchSize must be a positive integer, got 0");
    await fails({ batchSize: 21 }, "minibatches: batchSize must be at most 20, the number of rows, got 21");
  });
});

describe("the loss of fit", () => {
  test("decreases for a VAE", async () => {
    const options = { ...smallRun(), steps: 200 };
    const { losses, run } = await curveOf(options);
    const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
    // Fair Bernoulli pixels, as at the start, cost at least 11 log 2 = 7.6 nats; at p = 0.3 their entropy is
    // 6.7
    expect(mean(losses.slice(0, 10))).toBeGreaterThan(7.5);
    expect(mean(losses.slice(-50))).toBeLessThan(7.1);
    tree.dispose([options.params, options.data, run.state]);
  });
});

test.each([
  ["-1 to 1", -1, 1],
  ["0 to 255", 0, 255],
])("a VAE with a Bernoulli decoder does not train on data from %s", async (_, min, max) => {
  const { data, ...options } = smallRun();
  const wrong = random.uniform(random.key(5), [60, 11], { min, max });
  await expect(fit({ ...options, data: wrong, steps: 20 })).rejects.toThrow(
    /^fit: loss must be finite, got (Infinity|NaN) after step 1; .* a Bernoulli decoder needs numbers/,
  );
  tree.dispose([options.params, data, wrong]);
});

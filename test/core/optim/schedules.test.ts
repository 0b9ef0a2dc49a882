import { jit, schedules, type Schedule, tf } from "latent";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

const optax = (fixture("optim") as { schedules: Record<string, number[]> }).schedules;

const points = [[0, 1], [20, 0.5], [70, 0.05]] as const; // prettier-ignore

const cases: Record<string, Schedule> = {
  linear: schedules.linear({ from: 0.02, to: 0.001, steps: 40, start: 5 }),
  cosine: schedules.cosine({ from: 0.5, to: 0.05, steps: 50 }),
  warmupCosine: schedules.warmup({
    steps: 10,
    then: schedules.cosine({ from: 0.1, to: 0.01, steps: 50 }),
  }),
  exponential: schedules.exponential({ from: 1, to: 0.01, steps: 50 }),
  piecewise: schedules.piecewise(points),
  piecewiseLinear: schedules.piecewise(points, { interpolate: "linear" }),
};

describe.each(Object.entries(cases))("%s", (name, schedule) => {
  const steps = tf.range(0, 120, 1, "int32");
  // A handful of roundings of 6e-8, and in exp of those of a logarithm of at most 4.6
  const TOLERANCE = { rel: 1e-6, abs: 1e-7 };

  test("is the curve of optax", () => {
    expect(schedule(steps)).toBeNear(optax[name] ?? [], TOLERANCE);
  });

  test("is the same for one step after another, compiled", () => {
    const compiled = jit(schedule);
    for (const t of [0, 5, 10, 20, 21, 59, 60, 119])
      expect(compiled(tf.scalar(t))).toBeNear(optax[name]?.[t] ?? NaN, TOLERANCE);
    compiled.dispose();
  });

  test("leaves only its result", () => {
    expect(() => schedule(steps)).toLeaveTensors(1);
  });
});

test("the ends of a schedule are exact", () => {
  const ends = { from: 0.1, to: 0.7, steps: 3 };
  for (const schedule of [schedules.linear(ends), schedules.cosine(ends), schedules.exponential(ends)]) {
    const [first, last] = [0, 3].map((t) => schedule(tf.scalar(t)).dataSync()[0]);
    expect(last).toBe(Math.fround(0.7));
    expect(first).toBeCloseTo(0.1, 7);
  }
});

test("cycles ramp up and stay", () => {
  const beta = schedules.cyclical({ period: 8, ramp: 0.5 });
  expect(beta(tf.range(0, 18))).toBeNear(
    [0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0, 0.25],
    {},
  );
});

test("a constant is constant, and follows a warm-up", () => {
  expect(schedules.constant(3)(tf.range(0, 4))).toBeNear([3, 3, 3, 3], {});
  expect(schedules.warmup({ steps: 4, then: 2, from: 1 })(tf.range(0, 7))).toBeNear(
    [1, 1.25, 1.5, 1.75, 2, 2, 2],
    {},
  );
});

test.each<[act: () => unknown, message: string]>([
  [
    () => schedules.linear({ from: 0, to: 1, steps: 0 }),
    "schedules.linear: steps must be a positive integer, got 0",
  ],
  [
    () => schedules.cosine({ from: 0, to: 1, steps: 5, start: -1 }),
    "schedules.cosine: start must be a non-negative integer, got -1",
  ],
  [
    () => schedules.exponential({ from: 0, to: 1, steps: 5 }),
    "schedules.exponential: from must be a positive finite number, got 0",
  ],
  [() => schedules.cyclical({ period: 3, ramp: 0 }), "schedules.cyclical: ramp must be in (0, 1], got 0"],
  [() => schedules.piecewise([]), "schedules.piecewise: the first step must be 0, got no point"],
  [
    () => schedules.piecewise([[0, 1], [0, 2]]), // prettier-ignore
    "schedules.piecewise: the steps must increase, got 0 after 0",
  ],
])("wrong arguments are refused %#", (act, message) => {
  expect(act).toThrow(message);
});

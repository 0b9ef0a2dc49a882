import { expect, test } from "vitest";
import { type FigureSpec, type RolloutPath, rollouts } from "latent/plot";

interface Drawn {
  readonly data: { readonly values: readonly Record<string, number | string>[] };
  readonly facet: { readonly sort: readonly string[] };
  readonly title: { readonly text: string; readonly subtitle?: string };
  readonly spec: { readonly width: number; readonly height: number };
}

const drawnBy = (spec: FigureSpec): Drawn => spec as unknown as Drawn;
const road = { length: 20, halfWidth: 4, tree: 10, treeRadius: 1, carRadius: 1 };
const straight: RolloutPath = {
  path: [
    [0, 0],
    [8, 0],
  ],
  outcome: "tree",
};
const around: RolloutPath = {
  path: [
    [0, 0],
    [10, 2.5],
    [20, 2.5],
  ],
  outcome: "arrived",
};
const panel = { title: "policy", drives: [straight, around, around, { ...straight, outcome: "kerb" }] };

test("the title of a panel counts all drives, with Wilson's interval", () => {
  // scipy.stats.binomtest(2, 4).proportion_ci(0.95, method="wilson"): 0.150, 0.850
  const { facet } = drawnBy(rollouts([panel], { road, drawn: 1 }));
  expect(facet.sort).toEqual(["policy: 50.0 % of 4 crash (15.0–85.0 %)"]);
});

test("the first drives are drawn, and the subtitle says so where some are not", () => {
  const subtitle = (drawn: number) =>
    drawnBy(rollouts([panel], { road, drawn, subtitle: "Half." })).title.text;
  expect(subtitle(2)).toBe("Half. The first 2 drives of each policy. In brackets: 95 % interval (Wilson).");
  expect(subtitle(4)).toBe("Half. In brackets: 95 % interval (Wilson).");
  const { data } = drawnBy(rollouts([panel], { road, drawn: 2 }));
  expect(data.values.map(({ place, end }) => [place, end])).toEqual([
    ["start", "crashed"],
    ["crashed", "crashed"],
    ["start", "arrived"],
    ["way", "arrived"],
    ["arrived", "arrived"],
  ]);
});

test("a metre is as long across as along", () => {
  const { spec } = drawnBy(rollouts([panel], { road, width: 500 }));
  expect(spec).toMatchObject({ width: 500, height: 200 });
});

test.each([
  [
    () => rollouts([], { road }),
    "panels must be not empty, got 0 entries; draw the figure after the first result",
  ],
  [
    () => rollouts([{ title: "a", drives: [] }], { road }),
    "panels[0].drives must be not empty, got 0 entries; draw the figure after the first result",
  ],
  [
    () => rollouts([{ title: "a", drives: [{ path: [[0, NaN]], outcome: "arrived" }] }], { road }),
    "panels[0].drives[0].path[1] must be a finite number, got NaN; leave such values out, or find where the computation diverged",
  ],
  [
    () => rollouts([panel, panel], { road }),
    "the titles of the panels must be different, got 1 twice; name each policy",
  ],
  [() => rollouts([panel], { road, drawn: 0 }), "options.drawn must be a whole number >= 1, got 0; try 60"],
])("refuses %#", (act, message) => {
  expect(act).toThrow(new Error(`rollouts: ${message}`));
});

import { expect, test } from "vitest";
import { type FigureSpec, type RolloutPath, rollouts } from "latent/plot";

interface Drawn {
  readonly data: { readonly values: readonly Record<string, number | string>[] };
  readonly facet: { readonly sort: readonly string[] };
  readonly title: { readonly text: string; readonly subtitle?: string };
  readonly spec: { readonly width: number; readonly height: number };
}

function drawnBy(spec: FigureSpec): Drawn {
  return spec as unknown as Drawn;
}
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

test("draws the first drives, and the subtitle says so if some are omitted", () => {
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

test("the scales along and across the road are equal", () => {
  const { spec } = drawnBy(rollouts([panel], { road, width: 500 }));
  expect(spec).toMatchObject({ width: 500, height: 200 });
});

test.each([
  [() => rollouts([], { road }), "panels must not be empty, got []; draw the figure once there are results"],
  [
    () => rollouts([{ title: "a", drives: [] }], { road }),
    "panels[0].drives must not be empty, got []; draw the figure once there are results",
  ],
  [
    () => rollouts([{ title: "a", drives: [{ path: [[0, NaN]], outcome: "arrived" }] }], { road }),
    "panels[0].drives[0].path[1] must be finite, got NaN; " +
      "drop such values, or find where the computation diverged",
  ],
  [
    () => rollouts([panel, panel], { road }),
    "the titles of the panels must be distinct, got 1 repeated; name each policy",
  ],
  [() => rollouts([panel], { road, drawn: 0 }), "options.drawn must be a positive integer, got 0; try 60"],
])("throws for invalid panels %#", (act, message) => {
  expect(act).toThrow(new Error(`rollouts: ${message}`));
});

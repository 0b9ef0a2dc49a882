import { random, tf } from "latent";
import { gridWorld } from "latent/envs";
import { expect, test } from "vitest";

const key = random.key(0);
const MAP = ["S #G", "  X ", "#   "];

function at(x: number[], y: number[]) {
  const row = (values: number[]): tf.Tensor1D => tf.tensor1d(values, "int32");
  return { x: row(x), y: row(y), time: row(x.map(() => 0)) };
}

test("every action from every cell: walls and edges stop, goals and traps pay and terminate", () => {
  const env = gridWorld({ map: MAP });
  const params = { slip: 0, goal: 5, trap: -3, step: -0.1 };
  const changes = [
    [0, -1],
    [0, 1],
    [-1, 0],
    [1, 0],
  ] as const;
  const rows = [0, 1, 2].flatMap((y) =>
    [0, 1, 2, 3].flatMap((x) => changes.map((by, a) => ({ x, y, by, a }))),
  );
  const floor = rows.filter(({ x, y }) => MAP[y]?.[x] !== "#");
  const expected = floor.map(({ x, y, by: [dx, dy] }) => {
    const cell = MAP[y + dy]?.[x + dx];
    const [toX, toY] = cell === undefined || cell === "#" ? [x, y] : [x + dx, y + dy];
    const kind = MAP[toY]?.[toX];
    return [toX, toY, kind === "G" ? 5 : kind === "X" ? -3 : -0.1, Number(kind === "G" || kind === "X")];
  });
  const from = at(
    floor.map(({ x }) => x),
    floor.map(({ y }) => y),
  );
  const moved = env.step(
    key,
    from,
    tf.tensor1d(
      floor.map(({ a }) => a),
      "int32",
    ),
    params,
  );
  expect(Array.from(moved.state.x.dataSync())).toEqual(expected.map(([x]) => x));
  expect(Array.from(moved.state.y.dataSync())).toEqual(expected.map(([, y]) => y));
  expect(moved.reward).toBeNear(
    expected.map(([, , reward]) => reward ?? NaN),
    { abs: 1e-6 },
  );
  expect(Array.from(moved.terminated.dataSync())).toEqual(expected.map(([, , , ends]) => ends));
});

test("episodes start in an S, or anywhere on the floor with equal probability", () => {
  const [one] = gridWorld({ map: MAP }).reset(key, 50);
  expect([one.x.max().dataSync()[0], one.y.max().dataSync()[0]]).toEqual([0, 0]);
  const n = 5000;
  const [any] = gridWorld({ map: ["# G", " X "] }).reset(key, n); // three cells of floor
  const cells = any.y.mul(tf.scalar(3, "int32")).add<tf.Tensor1D>(any.x).dataSync();
  for (const cell of [1, 3, 5]) {
    const share = cells.filter((c) => c === cell).length / n;
    expect(share).toBeWithinStandardErrors(1 / 3, Math.sqrt(2 / 9 / n));
  }
});

test("a slip replaces actions as often as it says", () => {
  const n = 4000;
  const env = gridWorld({ map: ["     ", "     ", "  S  ", "     ", "    G"] });
  const [state] = env.reset(key, n);
  const up = env.step(key, state, tf.zeros([n], "int32"), { ...env.params, slip: 0.4 }).state.y.less(state.y);
  const p = 0.6 + 0.4 / 4;
  expect(up.mean()).toBeWithinStandardErrors(p, Math.sqrt((p * (1 - p)) / n));
});

test.each([
  [[], "map must have lines with cells, got none"],
  [["S ", "#"], "lines of map must have one length, 2, got 1 in line 1"],
  [
    ["S?"],
    'map must have only "#" (wall), " " (floor), "S" (start), "G" (goal) and "X" (trap), got "?" in line 0',
  ],
  [["#G"], 'map must have a cell to start from; add an "S"'],
])("rejects the map %j", (map, message) => {
  expect(() => gridWorld({ map })).toThrow(new Error(`gridWorld: ${message}`));
});

import { expect, test } from "vitest";
import { fixedChannel } from "../../../lib/plot/marks/axis";

test("a domain of a narrow range far from zero keeps its ends apart", () => {
  const domain = [1.7e9 + 0.25, 1.7e9 + 0.75] as const;
  expect(fixedChannel("x", { title: "time", unit: "s" }, domain, {}).scale.domain).toEqual([...domain]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { declaredParameters, injectedSource, parseAssignment } from "../../../tools/notebook/parameters";

const SOURCE = `// Every parameter
const steps = 2_000, rate: number = -0.5;
let noisy = false;
var title = \`plain\`;
const kind: "static" | "dynamic" = "static";
const widths = [400, 400];
const { ignored } = { ignored: 1 };

function alsoIgnored() {}`;

test("reads the variables of a parameters cell", () => {
  expect(declaredParameters(SOURCE)).toEqual([
    { name: "steps", keyword: "const", type: "number", kind: "number", written: "2_000" },
    { name: "rate", keyword: "const", type: "number", kind: "number", written: "-0.5" },
    { name: "noisy", keyword: "let", type: "boolean", kind: "boolean", written: "false" },
    { name: "title", keyword: "var", type: "string", kind: "string", written: "`plain`" },
    { name: "kind", keyword: "const", type: '"static" | "dynamic"', kind: undefined, written: '"static"' },
    { name: "widths", keyword: "const", type: undefined, kind: undefined, written: "[400, 400]" },
  ]);
});

test("declares new values in the form and order of the cell", () => {
  expect(injectedSource(SOURCE, { widths: [20], kind: "dynamic", steps: 10, noisy: true })).toBe(
    `// Parameters of this run
const steps: number = 10;
let noisy: boolean = true;
const kind: "static" | "dynamic" = "dynamic";
const widths = [20];`,
  );
});

test("names the known parameters if one is unknown", () => {
  expect(() => injectedSource(SOURCE, { stesp: 1 })).toThrow(
    "unknown parameter stesp; the parameters cell declares: steps, rate, noisy, title, kind, widths",
  );
  expect(() => injectedSource("", { steps: 1 })).toThrow("the parameters cell declares: nothing");
});

test.each([
  ["steps", "abc", 'parameter steps must be a number (2_000 in the notebook), got "abc" (a string)'],
  ["noisy", 1, "parameter noisy must be a boolean (false in the notebook), got 1 (a number)"],
  ["title", [1], "parameter title must be a string (`plain` in the notebook), got [1] (a list)"],
  ["rate", null, "parameter rate must be a number (-0.5 in the notebook), got null (a null)"],
])("refuses a value of another kind for %s", (name, value, message) => {
  expect(() => injectedSource(SOURCE, { [name]: value })).toThrow(message);
});

test.each([
  ["steps=10", ["steps", 10]],
  ["title=a=b", ["title", "a=b"]],
  ["title=", ["title", ""]],
  ['title="10"', ["title", "10"]],
  ["widths=[1, 2]", ["widths", [1, 2]]],
  ["noisy=true", ["noisy", true]],
  ["title=not json", ["title", "not json"]],
])("reads %s from the command line", (text, expected) => {
  expect(parseAssignment(text)).toEqual(expected);
});

test.each(["steps", "=3", ""])("rejects %j", (text) => {
  expect(() => parseAssignment(text)).toThrow(`-p expects name=value, got ${text}`);
});

test("round-trips any JSON value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // JSON has no −0
      expect(parseAssignment(`name=${JSON.stringify(value)}`)).toEqual([
        "name",
        JSON.parse(JSON.stringify(value)),
      ]);
    }),
  );
});

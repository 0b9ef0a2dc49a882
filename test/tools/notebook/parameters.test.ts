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

test("repeats what the cell computes or defines from them, and nothing else", () => {
  const source = `function half() { return steps / 2; }
const steps = 1000, rate = 0.1;
const warmUp = steps / 10; // and of it:
const schedule = { rate, steps: [0, warmUp] };
let count = 0;
class Clock { static readonly end = schedule.steps[1]; }
console.log(steps);
const options = { steps: 3 };`;
  expect(injectedSource(source, { steps: 10 })).toBe(
    `// Parameters of this run
function half() { return steps / 2; }
const steps: number = 10;
const warmUp = steps / 10;
const schedule = { rate, steps: [0, warmUp] };
class Clock { static readonly end = schedule.steps[1]; }`,
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

test.each([
  ["n=9007199254740993", "9007199254740993 would be rounded to 9007199254740992; integers are exact up to"],
  ["n=-9007199254740993", "-9007199254740993 would be rounded to -9007199254740992"],
  ["n=1e999", "-p n=1e999: 1e999 is too large; the largest number is about 1.8e308"],
  ["n=-1e999", "-1e999 is too large"],
  ["n=1e-999", "1e-999 would become 0; the smallest positive number is about 5e-324"],
  ["widths=[1, 9007199254740993]", "9007199254740993 would be rounded"],
  ['options={"9007199254740993": 1e400}', "1e400 is too large"],
])("rejects %s, which would become another number", (text, message) => {
  expect(() => parseAssignment(text)).toThrow(message);
});

test.each([
  ["n=9007199254740992", 9007199254740992],
  ["n=9007199254740994", 9007199254740994],
  ["n=0.1", 0.1],
  ["n=0e-999", 0],
  ["n=1e300", 1e300],
  ["n=123456789012345680000", 123456789012345680000],
  ['n="9007199254740993 or \\"1e999"', '9007199254740993 or "1e999'],
])("accepts %s", (text, value) => {
  expect(parseAssignment(text)).toEqual(["n", value]);
});

test("rejects a number of the notebook's metadata that JSON has read as infinite", () => {
  expect(() => injectedSource(SOURCE, { steps: JSON.parse("1e999") as number })).toThrow(
    "parameter steps must be finite, got Infinity; choose a smaller number",
  );
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

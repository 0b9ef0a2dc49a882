import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createJudgeProcess,
  type AnswerSide,
  type JudgeProcess,
} from "../../../../tools/grade/marking/judge-process";
import { hasAgreed } from "../../../../tools/grade/marking/score";
import { verifyChecks } from "../../../../tools/grade/marking/verify-checks";
import { DEFAULT_IMAGE } from "../../../../tools/grade/sandbox/container";
import { chooseIsolation } from "../../../../tools/grade/sandbox/choose-isolation";
import { DEFAULT_LIMITS } from "../../../../tools/grade/sandbox/limits";
import type { ProcessEnd } from "../../../../tools/grade/sandbox/sandbox-process";
import { loadClass, tinyAssignment } from "../support";

function exercise(name: string, body: string, check: string): string[] {
  return [`// exercise: ${name}, 1 point\n${body}`, check];
}

/** Exercises whose checks call answers with numbers, lists, tensors and functions. */
const SOURCES = [
  'import { check, tf, random, type Key } from "latent";\nconst given = { list: [1, 2, 3] };',
  ...exercise(
    "double",
    "const double = (x: number): number => {\n// BEGIN SOLUTION\nreturn 2 * x;\n// END SOLUTION\n};",
    'check("double", () => [\n{ name: "two", got: () => double(2), expected: 4 },\n' +
      '// BEGIN HIDDEN TESTS\n{ name: "secret seven", got: () => double(7), expected: 14 },\n' +
      "// END HIDDEN TESTS\n" +
      '{ name: "list", got: () => given.list.map((x) => double(x)), expected: [2, 4, 6] },\n]);',
  ),
  ...exercise(
    "apply",
    "const apply = (f: (x: number) => number, x: number): number => {\n" +
      "// BEGIN SOLUTION\nreturn f(f(x));\n// END SOLUTION\n};",
    'check("apply", () => {\nlet calls = 0;\nreturn [\n' +
      '{ name: "twice", got: () => apply((x) => { calls += 1; return 3 * x; }, 2), expected: 18 },\n' +
      '{ name: "calls", got: () => calls, expected: 2 },\n];\n});',
  ),
  ...exercise(
    "energy",
    "const energy = (x: tf.Tensor, scale: number, key: Key): tf.Tensor => {\n" +
      "// BEGIN SOLUTION\nreturn x.square().sum().mul(scale).add(random.normal(key, []).mul(0));\n" +
      "// END SOLUTION\n};",
    'check("energy", () => {\nconst x = tf.tensor1d([1, 2, 3]);\n' +
      "const gradient = tf.grad((x) => energy(x, 2, random.key(1)))(x);\nreturn [\n" +
      '{ name: "value", got: () => energy(x, 2, random.key(1)).dataSync(), expected: [28] },\n' +
      '{ name: "gradient", got: gradient.dataSync(), expected: [4, 8, 12] },\n];\n});',
  ),
];

SOURCES.push(
  ...exercise(
    "half",
    "const half = (x: number): number => {\n// BEGIN SOLUTION\nreturn x / 2;\n// END SOLUTION\n};",
    'check("half", () => [{ name: "many", expected: 2475,\n' +
      "got: () => Array.from({ length: 100 }, (_, i) => half(i)).reduce((a, b) => a + b, 0) }]);",
  ),
);

const decide = { visible: false, later: true };

/** How the other side answers a request: with lines, or by ending. */
type Script = (request: readonly unknown[], number: number) => readonly string[] | "end";

/** A side of answers that follows a script and may send anything. */
function scripted(script: Script): AnswerSide {
  let listener: ((text: string) => void) | undefined;
  let end: (why: ProcessEnd) => void = () => undefined;
  let count = 0;
  return {
    onCall: (next) => {
      listener = next;
    },
    call: (_number, text) => {
      const replies = script(JSON.parse(text) as readonly unknown[], count++);
      if (replies === "end") end({ kind: "died", message: "it died" });
      else setImmediate(() => replies.forEach((reply) => listener?.(reply)));
    },
    end: (kind, message) => end({ kind, message }),
    ended: new Promise((resolve) => {
      end = resolve;
    }),
  };
}

/** Answers calls with `reply`, and the names of the exercise with functions. */
function replying(reply: (request: readonly unknown[], number: number) => readonly string[] | "end"): Script {
  return (request, number) => {
    if (request[0] !== "read") return reply(request, number);
    const { names } = JSON.parse(String(request[1])) as { readonly names: readonly string[] };
    return [JSON.stringify(["ok", ["a", ...names.map((_, i) => ["a", ["f", i]])]])];
  };
}

function always(value: unknown): Script {
  return replying(() => [JSON.stringify(["ok", value])]);
}
function raw(...lines: readonly string[]): Script {
  return replying(() => lines);
}
function half([, , args]: readonly unknown[]): string {
  return JSON.stringify(["ok", (args as [string, number])[1] / 2]);
}

describe.skipIf(process.platform !== "linux")("the judge", { timeout: 300_000 }, () => {
  let judge: JudgeProcess;

  beforeAll(async () => {
    const { notebookText } = await loadClass();
    const assignment = tinyAssignment(notebookText(SOURCES.map((source, i) => ({ id: `c${i}`, source }))));
    const limits = { ...DEFAULT_LIMITS, cell: 20 };
    judge = createJudgeProcess(assignment, { isolation: chooseIsolation("none", DEFAULT_IMAGE), limits });
    await verifyChecks(assignment, judge);
  }, 300_000);
  afterAll(() => judge.close());

  /** Returns the names of the checks that a side of answers passes. */
  async function passed(name: string, script: Script): Promise<string[]> {
    const reply = await judge.judgeAnswers({ exercise: name, ...decide }, scripted(script), () => undefined);
    const reference = (await judge.reference())[name] ?? [];
    if ("ended" in reply) return [];
    return reply.checks
      .filter((one, i) => reference[i] && hasAgreed(one, reference[i]))
      .map((one) => one.name);
  }

  test("calls the answers with copies, lets them call back, and differentiates through them", async () => {
    const double = replying(([, , args]) => [JSON.stringify(["ok", 2 * (args as [string, number])[1]])]);
    expect(await passed("double", double)).toEqual(["two", "secret seven", "list"]);
    let value = 0;
    const apply = replying(([kind, , args]) => {
      if (kind === "ok") return [JSON.stringify(["ok", 9 * value])];
      const [, , x] = args as [string, unknown, number];
      value = x;
      return ['["call",0,["a",2]]'];
    });
    // A scripted side gets the reply to its call as the next request.
    let asked = 0;
    const twice: Script = (request, n) => {
      if (request[0] === "ok")
        return ++asked < 2
          ? [`["call",0,["a",${String(request[1])}]]`]
          : [JSON.stringify(["ok", request[1]])];
      return apply(request, n);
    };
    expect(await passed("apply", twice)).toEqual(["twice", "calls"]);
  });

  test("makes many calls in advance, and single ones if that fails", async () => {
    let requests = 0;
    const batched = replying((request) => {
      requests += 1;
      if (request[0] !== "batch") return [half(request)];
      const calls = (request[1] as readonly string[]).map((call) => JSON.parse(call) as readonly unknown[]);
      return [JSON.stringify(["ok", calls.map(half)])];
    });
    expect(await passed("half", batched)).toEqual(["many"]);
    expect(requests).toBe(1);
    const refused = replying((request) => [request[0] === "batch" ? '["ok",["no",1]]' : half(request)]);
    expect(await passed("half", refused)).toEqual([]);
    const single = replying((request) => [request[0] === "batch" ? '["error","Error","no"]' : half(request)]);
    expect(await passed("half", single)).toEqual(["many"]);
  });

  test("marks hidden tests", async () => {
    const { double = [] } = await judge.reference();
    expect(double.map(({ hidden = false }) => hidden)).toEqual([false, true, false]);
  });

  /** What cannot be a right answer, in whatever form it comes. */
  const FORGED: Readonly<Record<string, Script>> = {
    "nothing": always(["u"]),
    "text": always("4"),
    "a list": always(["a", 4, 14]),
    "NaN": always(["n", "NaN"]),
    "an object with a value": always(["o", "valueOf", ["f", 0]]),
    "an object with a primitive": always(["o", "toString", ["f", 0], "length", 1]),
    "an object with numbers": always(["o", "0", 4, "length", 1]),
    "a promise": replying(() => ['["later",4]']),
    "an object with then": always(["o", "then", ["f", 0]]),
    "a prototype": always(["o", "__proto__", ["o", "status", "passed"]]),
    "a function": always(["f", 1]),
    "a function of the judge": always(["b", 0]),
    "a function that does not exist": always(["b", 1e9]),
    "a tensor of the wrong size": always(["t", "float32", [1000000000], "AAAA"]),
    "a tensor of the wrong shape": always(["t", "float32", [-1, -1], "AACAQA=="]),
    "a tensor of text": always(["t", "string", [1], "AACAQA=="]),
    "a deep list": replying(() => [`["ok",${'["a",'.repeat(5000)}4${"]".repeat(5001)}`]),
    "no JSON": raw("4"),
    "an outcome": raw('{"type":"done","id":"1","end":{"status":"ok"},"checks":[{"status":"passed"}]}'),
    "a verdict": raw('["passed",true]'),
    "an error that names the stub": raw('["error","Error","YOUR CODE HERE"]'),
    "an error of the judge": raw('["error","__proto__",{"status":"passed"}]'),
    "a question for the values": raw(
      '["read","{\\"exercise\\":\\"double\\",\\"names\\":[\\"given\\"]}"]',
      '["ok",0]',
    ),
    "calls without end": replying(() => ['["call",0,["a",1]]', '["call",0,["a",1]]', '["ok",0]']),
    "gradients of nothing": raw('["gradient",0,["a"],0,["t","float32",[],"AACAPw=="]]', '["ok",0]'),
    "its end": replying(() => "end"),
  };

  test.each(Object.entries(FORGED))("gives no points for %s", async (_name, script) => {
    const found = [...(await passed("double", script)), ...(await passed("energy", script))];
    expect(found).toEqual([]);
  });

  test("reads no reply that was sent for another check", async () => {
    const right = ["two", "secret seven", "list"];
    // The right replies of a whole check, sent in advance with the first one and again with the last one.
    const ahead = ['["ok",["a",["a",["f",0]]]]', '["ok",4]', '["ok",14]', '["ok",2]', '["ok",4]', '["ok",6]'];
    const planted = replying((_, n) => (n === 1 ? ['["ok",0]', ...ahead, ...ahead] : []));
    await passed("double", planted);
    const silent: Script = replying(() => ['["ok",0]']);
    expect(await passed("double", silent)).toEqual([]);
    const double = replying(([, , args]) => [JSON.stringify(["ok", 2 * (args as [string, number])[1]])]);
    expect(await passed("double", double)).toEqual(right);
  });

  test("goes on after answers that ended", async () => {
    expect(
      await passed(
        "double",
        replying(() => "end"),
      ),
    ).toEqual([]);
    expect(await passed("double", always(4))).toEqual(["two"]);
  });
});

import { expect, test } from "vitest";

async function read(...args: string[]) {
  return (await import("../../../../tools/setup/lab/lab-options.mjs")).readLabOptions(args);
}

test("by default opens a browser and uses the first free port", async () => {
  expect(await read()).toEqual({ browser: true, port: undefined });
  expect(await read("--no-browser", "--port", "8890")).toEqual({ browser: false, port: 8890 });
  expect(await read("--port=8890")).toEqual({ browser: true, port: 8890 });
});

test("accepts --help and -h", async () => {
  expect(await read("--help")).toBe("help");
  expect(await read("-h", "--port", "1")).toBe("help");
});

test.each(["0", "65536", "88x", "1.5", ""])("rejects the port %j", async (port) => {
  expect(await read("--port", port)).toBe(
    `npm start: --port must be an integer from 1 to 65535, got "${port}"`,
  );
});

test("rejects unknown options and arguments", async () => {
  expect(await read("--prot", "8890")).toMatch(/^npm start: Unknown option '--prot'/);
  expect(await read("notebooks")).toMatch(/^npm start: Unexpected argument 'notebooks'/);
});

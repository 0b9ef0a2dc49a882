import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const script = `
  import { serveLab } from ${JSON.stringify(resolve("tools/setup/lab/lab.mjs"))};
  process.exitCode = await serveLab({ browser: false, port: undefined });`;

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

interface Server {
  readonly pid: number;
  readonly token: string;
}

// Requires the virtual environment that set-up creates, and /proc to see whether a process has ended.
test.skipIf(!existsSync(".venv/bin/python") || !existsSync("/proc/self"))(
  "serves the notebooks on 127.0.0.1 with latent as the default kernel, and stops all processes on Ctrl-C",
  async () => {
    const lab = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise<number | null>((done) => lab.on("close", done));
    let printed = "";
    const address = await new Promise<URL>((found, failed) => {
      lab.stdout.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        const url = /http:\/\/\S+/.exec(printed)?.[0];
        if (url !== undefined) found(new URL(url));
      });
      lab.on("close", () => failed(new Error(`the lab ended early: ${printed}`)));
    });
    expect(address.hostname).toBe("127.0.0.1");
    const api = async <T>(path: string, init?: RequestInit): Promise<T> => {
      const authorization = { authorization: `token ${address.searchParams.get("token") ?? ""}` };
      const response = await fetch(new URL(`/api/${path}`, address), { ...init, headers: authorization });
      expect(response.ok).toBe(true);
      return (await response.json()) as T;
    };
    expect((await fetch(new URL("/api/kernels", address))).status).toBe(403); // without the token
    const specs = await api<{ default: string; kernelspecs: Record<string, unknown> }>("kernelspecs");
    expect(specs.default).toBe("latent");
    expect(Object.keys(specs.kernelspecs)).toEqual(["latent"]);

    await api("kernels", { method: "POST" });
    const { readdirSync, readFileSync } = await import("node:fs");
    const servers = readdirSync(".jupyter/runtime").filter((name) => /^jpserver-\d+\.json$/.test(name));
    const started = servers
      .map((name) => JSON.parse(readFileSync(`.jupyter/runtime/${name}`, "utf8")) as Server)
      .find(({ token }) => token === address.searchParams.get("token"));
    const server = started?.pid ?? expect.fail("the server wrote no file");
    const kernels = readFileSync(`/proc/${server}/task/${server}/children`, "utf8")
      .trim()
      .split(" ")
      .map(Number);
    expect(kernels.length).toBeGreaterThan(0);

    lab.kill("SIGINT");
    expect(await ended).toBe(0);
    expect([server, ...kernels].filter(isAlive)).toEqual([]);
  },
);

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Request } from "zeromq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../tools/protocol/client";
import { endpoint } from "../../../tools/protocol/connection";
import { startKernel, type Kernel } from "../../../tools/protocol/start-kernel";
import { decodeMessage, encodeMessage, newHeader, type Message } from "../../../tools/protocol/message";
import { runCell, START, startTestKernel, until } from "./support";

describe("a running kernel", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startTestKernel();
  }, START);
  afterAll(() => kernel.shutdown());

  test("identifies itself, so that front ends highlight and store cells as TypeScript", () => {
    expect(kernel.info).toMatchObject({
      status: "ok",
      protocol_version: "5.3",
      implementation: "latent",
      language_info: {
        name: "typescript",
        file_extension: ".ts",
        mimetype: "text/typescript",
        codemirror_mode: { name: "typescript" },
      },
    });
  });

  test("replies to a cell with busy, input, outputs, result and idle, in this order", async () => {
    const ran = await runCell(kernel, 'console.log("a");\nconsole.error("b");\nconsole.log("c");\n6 * 7');
    expect(ran.reply).toMatchObject({ status: "ok", payload: [], user_expressions: {} });
    expect(ran.messages.map(({ header }) => header.msg_type)).toEqual([
      "status",
      "execute_input",
      "stream",
      "stream",
      "stream",
      "execute_result",
      "status",
    ]);
    expect(ran.outputs).toEqual([
      { output_type: "stream", name: "stdout", text: "a\n" },
      { output_type: "stream", name: "stderr", text: "b\n" },
      { output_type: "stream", name: "stdout", text: "c\n" },
      {
        output_type: "execute_result",
        data: { "text/plain": "42" },
        metadata: {},
        execution_count: ran.reply.execution_count,
      },
    ]);
  });

  test("sends all the text that a long loop prints, in few messages", async () => {
    const ran = await runCell(kernel, "for (let i = 0; i < 20_000; i++) console.log(i);");
    expect(ran.printed.split("\n")).toHaveLength(20_001);
    expect(ran.messages.length).toBeLessThan(2000);
  });

  test("sends printed text while the cell computes", async () => {
    const seen: number[] = [];
    let ended = 0;
    await kernel
      .execute(
        `console.log('first');
const start = Date.now();
while (Date.now() - start < 500);
console.log('last');`,
        {
          onMessage: ({ header }) => {
            if (header.msg_type === "stream") seen.push(ended);
          },
        },
      )
      .then(() => (ended = 1));
    expect(seen).toEqual([0, 0]);
  });

  test("sends complete MIME bundles and updates them", async () => {
    const ran = await runCell(
      kernel,
      `interface Hooked { [key: symbol]: { display(bundle: object, update: boolean): void } }
const hook = (globalThis as unknown as Hooked)[Symbol.for("latent.kernel")]!;
const data = { "application/vnd.vegalite.v5+json": { mark: "bar" }, "text/plain": "a bar" };
const bundle = { data, metadata: { latent: { name: "bar" } } };
hook.display({ ...bundle, transient: { display_id: "d" } }, false);
hook.display({ data: { "text/plain": "new" }, metadata: {}, transient: { display_id: "d" } }, true);
hook.display(bundle, false);`,
    );
    expect(ran.messages.filter(({ header }) => header.msg_type.includes("display")).map(summary)).toEqual([
      [
        "display_data",
        {
          data: { "application/vnd.vegalite.v5+json": { mark: "bar" }, "text/plain": "a bar" },
          metadata: { latent: { name: "bar" } },
          transient: { display_id: "d" },
        },
      ],
      [
        "update_display_data",
        { data: { "text/plain": "new" }, metadata: {}, transient: { display_id: "d" } },
      ],
      ["display_data", expect.objectContaining({ transient: {} })],
    ]);
  });

  test("publishes the displays of tslab", async () => {
    const ran = await runCell(kernel, 'import { display } from "tslab";\ndisplay.html("<b>x</b>");');
    expect(ran.outputs).toMatchObject([{ output_type: "display_data", data: { "text/html": "<b>x</b>" } }]);
  });

  test("does not count a silent cell and publishes nothing for it, even if it fails", async () => {
    const before = (await kernel.execute("0")).execution_count;
    for (const code of ["1", "throw new Error('silent');"]) {
      const ran = await runCell(kernel, code, { silent: true });
      expect(ran.messages.map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
    }
    expect((await kernel.execute("0")).execution_count).toBe((before ?? 0) + 1);
  });

  test("aborts the cells queued after a failed one", async () => {
    const replies = await Promise.all(
      ["throw new Error('x');", "1", "2"].map((code) => kernel.execute(code)),
    );
    expect(replies.map(({ status }) => status)).toEqual(["error", "aborted", "aborted"]);
    expect((await kernel.execute("3")).status).toBe("ok");
  });

  test("does not abort them if stop_on_error is false", async () => {
    const cells = ["const wrong: number = '';", "throw new Error('x');", "2"];
    const replies = await Promise.all(cells.map((code) => kernel.execute(code, { stopOnError: false })));
    expect(replies.map(({ status }) => status)).toEqual(["error", "error", "ok"]);
  });

  test("answers other requests while aborting the cells after a failure", async () => {
    const [failed, info, aborted] = await Promise.all([
      kernel.execute("throw new Error('x');"),
      kernel.request("kernel_info_request"),
      kernel.execute("1"),
    ]);
    expect([failed.status, info["status"], aborted.status]).toEqual(["error", "ok", "aborted"]);
  });

  test("completes and inspects code, with the cursor in code points as in Jupyter", async () => {
    await kernel.execute("/** How many. */\nconst amount = 3;");
    const code = '"🎲"; amou';
    const cursor_pos = Array.from(code).length;
    const completed = await kernel.request("complete_request", { code, cursor_pos });
    expect(completed).toMatchObject({ status: "ok", cursor_start: 5, cursor_end: 9 });
    expect(completed["matches"]).toContain("amount");
    const inspected = await kernel.request("inspect_request", { code: "amount", cursor_pos: 2 });
    expect(inspected).toMatchObject({ status: "ok", found: true });
    expect(JSON.stringify(inspected["data"])).toContain("const amount: 3");
    expect(await kernel.request("inspect_request", { code: "   ", cursor_pos: 1 })).toMatchObject({
      found: false,
    });
  });

  test.each([
    ["1 + 1", { status: "complete" }],
    ["const f = () => {", { status: "incomplete", indent: "  " }],
  ])("replies whether %j is complete", async (code, reply) => {
    expect(await kernel.request("is_complete_request", { code })).toEqual(reply);
  });

  test("returns the history of its session", async () => {
    await kernel.execute("'one of many'");
    const tail = { hist_access_type: "tail", n: 1, raw: true, output: false };
    const { history } = (await kernel.request("history_request", tail)) as { history: unknown[] };
    expect(history).toEqual([[1, expect.any(Number), "'one of many'"]]);
    const search = { hist_access_type: "search", pattern: "'one*", output: true };
    expect(await kernel.request("history_request", search)).toEqual({
      status: "ok",
      history: [[1, expect.any(Number), ["'one of many'", null]]],
    });
  });

  test("has no comms", async () => {
    expect(await kernel.request("comm_info_request", {})).toEqual({ status: "ok", comms: {} });
  });

  test("replies to an unknown request with an error", async () => {
    expect(await kernel.request("dance_request")).toMatchObject({
      status: "error",
      ename: "UnknownRequest",
      evalue: "no such request: dance_request",
    });
  });
});

function summary({ header, content }: Message): unknown[] {
  return [header.msg_type, content];
}

describe("a kernel's sockets", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startTestKernel();
  }, START);
  afterAll(() => kernel.shutdown());

  test("answer heartbeats and kernel_info while a cell computes", async () => {
    const cell = kernel.execute("const start = Date.now();\nwhile (Date.now() - start < 1500);");
    const heart = new Request({ linger: 0 });
    heart.connect(endpoint(kernel.connection, "hb"));
    await heart.send("beat");
    expect(await Promise.race([heart.receive(), cell])).toEqual([Buffer.from("beat")]);
    heart.close();
    const info = kernel.request("kernel_info_request", {}, "control");
    expect(await Promise.race([info, cell])).toHaveProperty("language_info");
    expect((await cell).status).toBe("ok");
  });

  test("drop a message with an invalid signature", async () => {
    const { key } = kernel.connection;
    const forger = new Dealer({ linger: 0 });
    forger.connect(endpoint(kernel.connection, "shell"));
    const request = (session: string) => ({
      identities: [],
      header: newHeader("kernel_info_request", session),
      parent: undefined,
      metadata: {},
      content: {},
    });
    await forger.send(encodeMessage(request("forged"), "another key"));
    await forger.send(encodeMessage(request("honest"), key));
    const reply = decodeMessage(await forger.receive(), key);
    forger.close();
    expect(reply.parent?.session).toBe("honest");
  });

  test("close a comm opened by a front end", async () => {
    const client = connect(kernel.connection);
    while (!client.subscribed()) await client.request("kernel_info_request", {}, "control");
    const closed: Message[] = [];
    client
      .request("comm_open", { comm_id: "c", target_name: "none", data: {} }, "shell", (message) => {
        if (message.header.msg_type === "comm_close") closed.push(message);
      })
      .catch(() => undefined); // the protocol has no reply to it
    await until(() => closed.length > 0);
    client.close();
    expect(closed[0]?.content).toEqual({ comm_id: "c", data: {} });
  });
});

describe("a kernel that ends", () => {
  test("exits cleanly on a shutdown request, even while a cell computes", async () => {
    const kernel = await startTestKernel();
    const cell = kernel.execute("while (true) {}");
    cell.catch(() => undefined);
    await kernel.shutdown();
    expect(await kernel.died).toMatchObject({ output: "" });
    await expect(cell).rejects.toThrow(/^the kernel ended/);
    const idle = await startTestKernel();
    await idle.shutdown();
    expect(await idle.died).toEqual({ code: 0, signal: null, output: "" });
  });

  test("rejects a pending cell with its last output", async () => {
    const kernel = await startTestKernel();
    const code = 'import { writeSync } from "node:fs";\nwriteSync(2, "out of luck\\n");\nprocess.exit(7);';
    await expect(kernel.execute(code)).rejects.toThrow(
      "the kernel ended with code 7; its last output:\nout of luck",
    );
  });

  test("leaves no files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "latent-"));
    const kernel = await startKernel({ folder });
    await kernel.shutdown();
    rmSync(folder, { recursive: true });
    await expect(startKernel({ folder })).rejects.toThrow("the kernel ended");
  });
});

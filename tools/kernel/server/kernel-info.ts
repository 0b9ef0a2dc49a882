import type { Content } from "../../protocol/message";
import { PROTOCOL_VERSION } from "../../protocol/message";

/** The content of a kernel_info_reply (messaging specification, "kernel info"). */
export function kernelInfo(typescript: string): Content {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "latent",
    implementation_version: "0.1.0",
    banner: `TypeScript ${typescript} (tslab) on Node.js ${process.versions.node}`,
    help_links: [],
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
      // JupyterLab chooses the syntax highlighting by name, other front ends by MIME type.
      codemirror_mode: { name: "typescript", mimetype: "application/typescript", typescript: true },
    },
  };
}

/** An executed cell: session, line (execution count) and source. */
export type HistoryEntry = readonly [session: number, line: number, source: string];

/** The content of a history_reply; the only session is that of this kernel. */
export function historyReply(entries: readonly HistoryEntry[], request: Content): Content {
  const { hist_access_type: access, n, start, stop, pattern } = request;
  let found = entries;
  if (access === "range") {
    const from = typeof start === "number" ? start : 0;
    const to = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
    found = entries.filter(([, line]) => line >= from && line < to);
  }
  if (access === "search" && typeof pattern === "string") {
    const glob = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[^]*")
      .replaceAll("?", "[^]");
    const matcher = new RegExp(`^${glob}$`);
    found = entries.filter(([, , source]) => matcher.test(source));
  }
  if (access !== "range" && typeof n === "number") found = n > 0 ? found.slice(-n) : [];
  const history = found.map(([session, line, source]) =>
    request["output"] === true ? [session, line, [source, null]] : [session, line, source],
  );
  return { status: "ok", history };
}

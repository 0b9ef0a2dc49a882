import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The five sockets between a Jupyter client and a kernel. */
export type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

/** The contents of a Jupyter connection file. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
}

/** The ZeroMQ address of a channel: `tcp://127.0.0.1:5555`, or `ipc://PATH-1` for a socket file. */
export function endpoint(connection: Connection, channel: Channel): string {
  const { transport, ip } = connection;
  return `${transport}://${ip}${transport === "ipc" ? "-" : ":"}${connection[`${channel}_port`]}`;
}

/**
 * Reads a connection file.
 *
 * @throws if the file is missing, is not a connection file, or requires a signature scheme other than
 * HMAC-SHA256.
 */
export function readConnection(path: string): Connection {
  const value = JSON.parse(readFileSync(path, "utf8")) as Partial<Connection>;
  if (value.transport === undefined || value.ip === undefined || value.shell_port === undefined)
    throw new Error(
      `readConnection: ${path} is not a Jupyter connection file: transport, ip or shell_port is missing`,
    );
  if (value.key !== "" && value.signature_scheme !== "hmac-sha256")
    throw new Error(
      `readConnection: signature_scheme must be hmac-sha256, got ${value.signature_scheme ?? "nothing"}`,
    );
  return value as Connection;
}

/**
 * Writes a connection file for new socket files in `directory`, readable by its owner only.
 *
 * Socket files need no TCP ports, so kernels that start at the same time cannot take each other's.
 */
export function createConnection(directory: string): {
  readonly file: string;
  readonly connection: Connection;
} {
  const connection: Connection = {
    transport: "ipc",
    ip: join(directory, "kernel"),
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
    shell_port: 1,
    iopub_port: 2,
    stdin_port: 3,
    control_port: 4,
    hb_port: 5,
  };
  const file = join(directory, "connection.json");
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  return { file, connection };
}

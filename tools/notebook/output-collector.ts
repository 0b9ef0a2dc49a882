import type { Content, Message } from "../protocol/message";
import type { Bundle, Output } from "./document";
import type { Json } from "./json";

/** The outputs of a notebook while it runs. */
export interface OutputCollector {
  /** The handler of the messages from the cell with this number. */
  readonly listener: (cell: number) => (message: Message) => void;
  /** The outputs of a cell so far. */
  readonly outputs: (cell: number) => readonly Output[];
  /** Appends an output to those of a cell. */
  readonly append: (cell: number, output: Output) => void;
}

/** A display that a later message with the same display id can replace. */
interface Display {
  data: Bundle;
  metadata: Json;
}

interface CellOutputs {
  items: (Output | (Display & { readonly output_type: "display_data" }))[];
  /** Whether the next output replaces the current ones. */
  clearNext: boolean;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

/** Creates a collector that follows Jupyter's front ends: joins streams, and updates displays by their id. */
export function createOutputCollector(): OutputCollector {
  const areas = new Map<number, CellOutputs>();
  const displays = new Map<string, Display[]>();

  const areaOf = (cell: number): CellOutputs => {
    const known = areas.get(cell) ?? { items: [], clearNext: false };
    areas.set(cell, known);
    return known;
  };

  const append = (cell: number, output: CellOutputs["items"][number]): void => {
    const area = areaOf(cell);
    if (area.clearNext) area.items = [];
    area.clearNext = false;
    const last = area.items.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      area.items.splice(-1, 1, { ...last, text: last.text + output.text });
    else area.items.push(output);
  };

  const display = (cell: number, content: Content): void => {
    const shown = {
      output_type: "display_data" as const,
      data: object(content["data"]),
      metadata: object(content["metadata"]),
    };
    const id = object(content["transient"])["display_id"];
    if (typeof id === "string") displays.set(id, [...(displays.get(id) ?? []), shown]);
    append(cell, shown);
  };

  const update = (content: Content): void => {
    const id = object(content["transient"])["display_id"];
    for (const shown of displays.get(text(id)) ?? []) {
      shown.data = object(content["data"]);
      shown.metadata = object(content["metadata"]);
    }
  };

  const handle = (cell: number, type: string, content: Content): void => {
    switch (type) {
      case "stream":
        append(cell, { output_type: "stream", name: text(content["name"]), text: text(content["text"]) });
        break;
      case "display_data":
        display(cell, content);
        break;
      case "update_display_data":
        update(content);
        break;
      case "execute_result":
        append(cell, {
          output_type: "execute_result",
          data: object(content["data"]),
          metadata: object(content["metadata"]),
          execution_count: Number(content["execution_count"]),
        });
        break;
      case "error":
        append(cell, {
          output_type: "error",
          ename: text(content["ename"]),
          evalue: text(content["evalue"]),
          traceback: (content["traceback"] as readonly string[] | undefined) ?? [],
        });
        break;
      case "clear_output":
        if (content["wait"] === true) areaOf(cell).clearNext = true;
        else areaOf(cell).items = [];
    }
  };

  return {
    listener: (cell) => (message) => {
      handle(cell, message.header.msg_type, message.content);
    },
    outputs: (cell) => areas.get(cell)?.items ?? [],
    append,
  };
}

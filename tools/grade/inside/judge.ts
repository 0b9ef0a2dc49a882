import type { Tf } from "../boundary/tensors";
import { createPeer, type Peer, type PeerOptions } from "../boundary/peer";
import { prefetching } from "../boundary/prefetch";
import type { Answers } from "./answers";
import type { CellRequest, JudgeRequest } from "../channel/messages";
import type { CellResult, CellRunner, PreparedCheck } from "./cell-runner";
import type { Snapshot } from "./variables";

/** The checks of a notebook. */
export interface Judge {
  /** Runs a check on the answers in this process, and keeps it. */
  readonly first: (cell: CellRequest, loopback: Answers["loopback"]) => Promise<CellResult>;
  /** Runs a kept check again: on the answers of another process, or on those of this one. */
  readonly again: (request: JudgeRequest, loopback: Answers["loopback"]) => Promise<CellResult>;
}

interface Kept {
  readonly full: PreparedCheck;
  readonly visible: PreparedCheck;
  readonly before: Snapshot;
  readonly names: readonly string[];
  /** The calls of the solutions' run, hidden tests included. */
  readonly calls: readonly string[];
  readonly isHiding: boolean;
}

/** Returns a side whose answers are functions that give the same reply to every call. */
function constantPeer(reply: string, { names }: Kept, tf: () => Tf): Peer {
  const functions = JSON.stringify(["ok", ["a", ...names.map((_, i) => ["a", ["f", i]])]]);
  return createPeer({ ask: (request) => (request.startsWith('["read"') ? functions : reply), tf });
}

/** Returns the values of names on the other side of the boundary. */
function replacements(
  peer: Peer,
  exercise: string,
  names: readonly string[],
  later: boolean,
): Record<string, unknown> {
  const values = peer.read({ exercise, names, later });
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/**
 * Creates the checks of a notebook.
 *
 * @param ask sends a request to the answers in another process.
 */
export function createJudge(runner: CellRunner, tf: () => Tf, ask: PeerOptions["ask"]): Judge {
  const kept = new Map<string, Kept>();
  const failed = (error: unknown): CellResult => {
    const evalue = error instanceof Error ? error.message : String(error);
    return { end: { status: "error", ename: "Error", evalue }, checks: [] };
  };

  const first: Judge["first"] = async (cell, loopback) => {
    const { exercise = "", names = [] } = cell;
    const before = runner.variables.snapshot();
    const calls: string[] = [];
    let replaced: Record<string, unknown>;
    try {
      replaced = replacements(loopback(calls), exercise, names, false);
    } catch (error) {
      return failed(error);
    }
    const { result, prepared } = await runner.runCheck(cell, replaced);
    if (prepared)
      kept.set(exercise, { ...prepared, before, names, calls, isHiding: cell.visible !== undefined });
    return result;
  };

  const again: Judge["again"] = async ({ exercise, visible, later, own }, loopback) => {
    const known = kept.get(exercise);
    if (known === undefined) return failed(new Error(`exercise ${exercise} has no check`));
    const check = visible ? known.visible : known.full;
    // The calls of hidden tests are not made before their time.
    const calls = visible && known.isHiding ? [] : known.calls;
    const peer =
      typeof own === "string"
        ? constantPeer(own, known, tf)
        : own
          ? loopback()
          : createPeer({ ask: prefetching(ask, calls), tf });
    const engine = tf().engine();
    if (!check.awaits) engine.startScope(); // frees the tensors of the check
    try {
      const replaced = replacements(peer, exercise, known.names, later);
      return await check.run(known.before, replaced);
    } catch (error) {
      return failed(error);
    } finally {
      if (!check.awaits) engine.endScope();
    }
  };
  return { first, again };
}

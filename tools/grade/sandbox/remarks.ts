/** What a submission did that an honest one does not, and that did not end it. */
export interface Remarks {
  /** Notes what an answer asked for and did not get; the text comes from the submission. */
  readonly refused: (what: string) => void;
  /** Notes the number of processes; more than the first time are remarked on. */
  readonly processes: (count: number) => void;
  readonly all: () => readonly string[];
}

/** The maximum number of remarks on one process. */
const MAX_REMARKS = 10;

/** Creates an empty list of remarks. */
export function createRemarks(): Remarks {
  const found = new Set<string>();
  const add = (remark: string): void => {
    if (found.size < MAX_REMARKS) found.add(remark);
  };
  let own: number | undefined;
  return {
    refused: (what) => add(`an answer asked for ${what}, which it cannot use`),
    processes: (count) => {
      own ??= count;
      if (count > own) add("an answer started another process");
    },
    all: () => [...found],
  };
}

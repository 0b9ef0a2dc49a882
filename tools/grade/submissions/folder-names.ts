import { createHash } from "node:crypto";

/** Files of the class in the output folder, which also contains one folder per student. */
const RESERVED = /^(grades.*\.csv|reference\.json|summary\.(html|md))$/i;
/** Characters with a meaning to a file system or a shell, and those that cannot be seen. */
const UNSAFE = /[\\/:*?"<>|`$!;&]|\p{C}/gu;
const MAX_BYTES = 120;
const HASH_LENGTH = 8;

function truncated(name: string): string {
  let short = "";
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    if (Buffer.byteLength(short + segment) > MAX_BYTES) break;
    short += segment;
  }
  return short;
}

/**
 * Returns names of folders for students, in the order given: the students' names, in any script, with `_` for
 * what a file system does not take, and a hash where two names would become the same folder.
 */
export function folderNames(students: readonly string[]): string[] {
  const taken = new Set<string>();
  return students.map((student) => {
    const safe = truncated(student.normalize("NFC").replace(UNSAFE, "_"))
      .replace(/^[-.\s]+/, "_")
      .replace(/[.\s]+$/, "_");
    const plain = safe === "" || RESERVED.test(safe) ? `_${safe}` : safe;
    const hash = createHash("sha256").update(student).digest("hex").slice(0, HASH_LENGTH);
    const name = taken.has(plain.toLowerCase()) ? `${plain}-${hash}` : plain;
    taken.add(name.toLowerCase());
    return name;
  });
}

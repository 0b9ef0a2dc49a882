import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileSource, readZip, type ByteSource, type ZipEntry } from "./zip";

/** When a file was last changed: milliseconds since 1970, or what a clock of the course showed. */
export type FileTime =
  | { readonly utc: number }
  /** Year, month (from 1), day, hour, minute, second. */
  | { readonly clock: readonly number[] };

/** A file or folder that was handed in; a file is read on demand. */
export interface SubmittedFile {
  /** The parts of its path below the folder or archive, in composed Unicode (NFC). */
  readonly parts: readonly string[];
  /** Its path as it is, for messages. */
  readonly where: string;
  readonly isFolder: boolean;
  readonly modified?: FileTime;
  /** @throws if it is too large, a link, or unreadable. */
  readonly read: () => Buffer;
}

const MIB = 1024 ** 2;
/** The maximum sizes, in bytes, of a notebook and of an archive of the class. */
const MAX_FILE_BYTES = 50 * MIB;
const MAX_ARCHIVE_BYTES = 500 * MIB;
const MAX_DEPTH = 8;

/** What systems and editors leave in folders and archives. */
const LEFTOVERS = /^(\.ipynb_checkpoints|__MACOSX|\.git|\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/i;

/** Characters that control a terminal or the direction of text. */
const CONTROLS = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** Returns a path for people to read: in composed Unicode, without characters that control a terminal. */
function shown(path: string): string {
  return path.normalize("NFC").replace(CONTROLS, "\uFFFD");
}

function partsOf(path: string): string[] {
  return shown(path)
    .split(/[\\/]/)
    .filter((part) => part !== "" && part !== ".");
}

function isLeftover({ parts }: SubmittedFile): boolean {
  return parts.some((part) => LEFTOVERS.test(part));
}

function tooLarge(where: string, size: number): Error {
  return new Error(
    `${where} must be at most ${MAX_FILE_BYTES / MIB} MiB, got ${Math.ceil(size / MIB)} MiB; ` +
      "clear the notebook's outputs",
  );
}

/** Opens a file without following links. */
function openNoFollow(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP")
      throw new Error(`${path} must be a regular file, got a symbolic link; copy the notebook instead`, {
        cause: error,
      });
    throw error;
  }
}

/** Reads a regular file, but not a link or a pipe. */
function readRegularFile(path: string): Buffer {
  const file = openNoFollow(path);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error(`${path} must be a regular file; replace it by a notebook`);
    if (stat.size > MAX_FILE_BYTES) throw tooLarge(path, stat.size);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Returns all files and folders below a folder; links are listed, not followed. */
function filesBelow(root: string, path: string, depth: number): SubmittedFile[] {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry): SubmittedFile[] => {
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    const full = join(root, below);
    const isFolder = entry.isDirectory();
    const own: SubmittedFile = {
      parts: partsOf(below),
      where: shown(below),
      isFolder,
      ...(isFolder ? {} : { modified: { utc: lstatSync(full).mtimeMs } }),
      read: () => readRegularFile(full),
    };
    if (isLeftover(own)) return [];
    return isFolder && depth > 0 ? [own, ...filesBelow(root, below, depth - 1)] : [own];
  });
}

/** Whether the path of an archive's entry is absolute or leaves the archive. */
function isUnsafe(name: string): boolean {
  return /^[\\/]|^[A-Za-z]:/.test(name) || name.split(/[\\/]/).includes("..");
}

function fromEntry(entry: ZipEntry, path: string): SubmittedFile {
  const { name, isFolder, modified, localTime } = entry;
  const where = shown(path === "" ? name : `${path}/${name}`);
  return {
    parts: partsOf(where).filter((part) => part !== ".."),
    where,
    isFolder,
    modified: modified === undefined ? { clock: localTime } : { utc: 1000 * modified },
    read: () => {
      if (isUnsafe(name))
        throw new Error(`${where} is an unsafe path in an archive; create the archive again without it`);
      if (entry.size > MAX_FILE_BYTES) throw tooLarge(where, entry.size);
      try {
        return entry.content(MAX_FILE_BYTES);
      } catch (error) {
        throw new Error(`${where} cannot be read: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

/** Returns the files in an archive; nothing is extracted to disk. */
function fromArchive(source: ByteSource, path: string): SubmittedFile[] {
  return readZip(source)
    .map((entry) => fromEntry(entry, path))
    .filter((file) => file.parts.length > 0 && !isLeftover(file));
}

const ARCHIVE = /\.zip$/i;

/** The archive in the class that was read last: its entries are read one after another. */
let lastRead: { readonly file: SubmittedFile; readonly bytes: Buffer } | undefined;

/** Returns a source for a submitted file, of which only the last one used stays in memory. */
function submittedSource(file: SubmittedFile): ByteSource {
  const bytes = (): Buffer => {
    if (lastRead?.file !== file) lastRead = { file, bytes: file.read() };
    return lastRead.bytes;
  };
  return {
    size: () => bytes().length,
    read: (start, length) => bytes().subarray(start, start + length),
  };
}

/** Replaces an archive that a student handed in by a folder of its name; one that is damaged stays a file. */
function unpacked(file: SubmittedFile): SubmittedFile[] {
  if (file.isFolder || !ARCHIVE.test(file.where)) return [file];
  try {
    const inside = fromArchive(submittedSource(file), "").map((entry): SubmittedFile => ({
      ...entry,
      parts: [...file.parts.slice(0, -1), (file.parts.at(-1) ?? "").replace(ARCHIVE, ""), ...entry.parts],
      where: `${file.where}/${entry.where}`,
      ...(file.modified ? { modified: file.modified } : {}),
    }));
    return inside.length > 0 ? inside : [file];
  } catch {
    return [file];
  }
}

/**
 * Returns the files and folders in a folder or a zip archive. Archives in it count as folders; what systems
 * leave in folders does not count.
 *
 * @throws if the path does not exist, or is a file that is not a zip archive.
 */
export function submittedFiles(path: string): SubmittedFile[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) throw new Error(`latent grade: ${path} does not exist`);
  if (stat.isDirectory()) return filesBelow(path, "", MAX_DEPTH).flatMap(unpacked);
  if (stat.size > MAX_ARCHIVE_BYTES)
    throw new Error(
      `latent grade: an archive must be at most ${MAX_ARCHIVE_BYTES / MIB} MiB, ` +
        `got ${Math.ceil(stat.size / MIB)} MiB in ${path}; unpack it and pass the folder`,
    );
  try {
    return fromArchive(fileSource(path), "").flatMap(unpacked);
  } catch (error) {
    throw new Error(
      `latent grade: ${path} cannot be read: ${(error as Error).message}; pass a folder or a zip archive`,
      { cause: error },
    );
  }
}

/** Decodes the text of a file: UTF-8, or UTF-16 if it begins with its mark. */
export function decodeText(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return bytes.toString("utf8");
}

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32, inflateRawSync } from "node:zlib";
import { decodeName } from "./zip-names";

/** Bytes of which parts are read on demand. */
export interface ByteSource {
  readonly size: () => number;
  readonly read: (start: number, length: number) => Buffer;
}

/** An entry of an archive. */
export interface ZipEntry {
  /** Its name as stored, decoded; separators can be `/` or `\`. */
  readonly name: string;
  readonly isFolder: boolean;
  /** The size of its content, as the archive states it. */
  readonly size: number;
  /** The time of its last change in seconds since 1970, if the archive states it in UTC. */
  readonly modified?: number;
  /** The same as year, month (from 1), day, hour, minute, second on the clock where the archive was made. */
  readonly localTime: readonly number[];
  /** @throws if it is encrypted, damaged, larger than `limit` bytes or stored in an unknown way. */
  readonly content: (limit: number) => Buffer;
}

/** Returns a source for a file, which is opened for each read. */
export function fileSource(path: string): ByteSource {
  const withFile = <T>(body: (file: number) => T): T => {
    const file = openSync(path, "r");
    try {
      return body(file);
    } finally {
      closeSync(file);
    }
  };
  return {
    size: () => withFile((file) => fstatSync(file).size),
    read: (start, length) =>
      withFile((file) => {
        const bytes = Buffer.alloc(length);
        return bytes.subarray(0, readSync(file, bytes, 0, length, start));
      }),
  };
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64_BYTES = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;

/** The largest directory of an archive that is read, in bytes. */
const MAX_DIRECTORY = 64 * 1024 ** 2;

/** The value that stands for one in the extra field of a large archive. */
const IN_EXTRA = 0xffffffff;

const EXTRA_ZIP64 = 0x0001;
const EXTRA_TIME = 0x5455;
const EXTRA_UNICODE_NAME = 0x7075;

/** Finds the central directory, which lists all entries. */
function findDirectory(source: ByteSource): { readonly start: number; readonly length: number } {
  const size = source.size();
  const tailStart = Math.max(0, size - END_BYTES - MAX_COMMENT);
  const tail = source.read(tailStart, size - tailStart);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    const found = { length: tail.readUInt32LE(at + 12), start: tail.readUInt32LE(at + 16) };
    if (found.start !== IN_EXTRA && found.length !== IN_EXTRA) return found;
    const locator = source.read(tailStart + at - LOCATOR_BYTES, LOCATOR_BYTES);
    if (locator.readUInt32LE(0) !== LOCATOR_SIGNATURE) return found;
    const end = source.read(Number(locator.readBigUInt64LE(8)), END64_BYTES);
    return { length: Number(end.readBigUInt64LE(40)), start: Number(end.readBigUInt64LE(48)) };
  }
  throw new Error("it is not a zip archive");
}

/** Returns the extra fields of an entry by their ids. */
function extraFields(bytes: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at + 2);
    fields.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

/** Decodes the date and time of MS-DOS. */
function dosTime(date: number, time: number): number[] {
  return [
    ...[1980 + (date >> 9), (date >> 5) & 15, date & 31],
    ...[time >> 11, (time >> 5) & 63, 2 * (time & 31)],
  ];
}

/** Replaces the values that are stored in the extra field of a large archive. */
function withLargeValues(values: readonly number[], extra: Buffer | undefined): number[] {
  let at = 0;
  return values.map((value) => {
    if (value !== IN_EXTRA || !extra || at + 8 > extra.length) return value;
    at += 8;
    return Number(extra.readBigUInt64LE(at - 8));
  });
}

interface Stored {
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  readonly checksum: number;
}

const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;

function contentOf(source: ByteSource, { method, isEncrypted, packed, size, offset, checksum }: Stored) {
  return (limit: number): Buffer => {
    if (isEncrypted) throw new Error("it is encrypted in the archive; create the archive without a password");
    if (size > limit) throw new Error(`it must have at most ${limit} bytes, got ${size}`);
    const local = source.read(offset, LOCAL_BYTES);
    const damaged = "it is damaged in the archive; create the archive again";
    if (local.length < LOCAL_BYTES || local.readUInt32LE(0) !== LOCAL_SIGNATURE) throw new Error(damaged);
    const start = offset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
    if (packed > source.size()) throw new Error(damaged);
    const bytes = source.read(start, packed);
    if (method !== METHOD_STORED && method !== METHOD_DEFLATED)
      throw new Error(`it is compressed in an unknown way (${method}); create the archive as a usual zip`);
    let content: Buffer;
    try {
      content = method === METHOD_STORED ? bytes : inflateRawSync(bytes, { maxOutputLength: size + 1 });
    } catch (error) {
      throw new Error(damaged, { cause: error });
    }
    if (content.length !== size || crc32(content) !== checksum) throw new Error(damaged);
    return content;
  };
}

/**
 * Returns the entries of a zip archive; contents are read on demand, and nothing is extracted to disk.
 *
 * @throws if it is not a zip archive, or its directory is damaged.
 */
export function readZip(source: ByteSource): ZipEntry[] {
  const { start, length } = findDirectory(source);
  if (length > MAX_DIRECTORY)
    throw new Error("it is not a zip archive that can be read: it has too many entries");
  const directory = source.read(start, length);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw new Error("it is a damaged zip archive; create it again");
    const [flags, method, time, date] = [8, 10, 12, 14].map((k) => directory.readUInt16LE(at + k)) as [
      number,
      number,
      number,
      number,
    ];
    const lengths = [28, 30, 32].map((k) => directory.readUInt16LE(at + k)) as [number, number, number];
    const nameStart = at + ENTRY_BYTES;
    const raw = directory.subarray(nameStart, nameStart + lengths[0]);
    const extra = extraFields(
      directory.subarray(nameStart + lengths[0], nameStart + lengths[0] + lengths[1]),
    );
    const [size = 0, packed = 0, offset = 0] = withLargeValues(
      [24, 20, 42].map((k) => directory.readUInt32LE(at + k)),
      extra.get(EXTRA_ZIP64),
    );
    const name = decodeName(raw, (flags & 0x800) !== 0, extra.get(EXTRA_UNICODE_NAME));
    const utc = extra.get(EXTRA_TIME);
    entries.push({
      name,
      isFolder: /[/\\]$/.test(name),
      size,
      ...(utc && utc.length >= 5 && (utc.readUInt8(0) & 1) !== 0 ? { modified: utc.readInt32LE(1) } : {}),
      localTime: dosTime(date, time),
      content: contentOf(source, {
        ...{ method, packed, size, offset },
        isEncrypted: (flags & 1) !== 0,
        checksum: directory.readUInt32LE(at + 16),
      }),
    });
    at = nameStart + lengths[0] + lengths[1] + lengths[2];
  }
  return entries;
}

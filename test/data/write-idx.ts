/** The bytes of an IDX file of unsigned bytes. */
export function idx(sizes: readonly number[], bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head[2] = 0x08;
  head[3] = sizes.length;
  sizes.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([head, bytes]);
}

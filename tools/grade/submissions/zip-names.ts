/** The characters 128 to 255 of code page 437, in which old programs store names. */
const CODE_PAGE_437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
  "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** Returns a text in UTF-8, or undefined if the bytes are not. */
function asUtf8(bytes: Buffer): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function asCodePage437(bytes: Buffer): string {
  return Array.from(bytes, (byte) =>
    byte < 128 ? String.fromCharCode(byte) : CODE_PAGE_437.charAt(byte - 128),
  ).join("");
}

/** The length of what precedes the name in Info-ZIP's field: a version and a checksum. */
const UNICODE_NAME_START = 5;

/**
 * Decodes the name of an archive's entry: UTF-8 if the entry says so or has a second name in it, or if the
 * bytes are UTF-8, as macOS writes them without saying so; else code page 437.
 */
export function decodeName(raw: Buffer, isUtf8: boolean, unicodeName: Buffer | undefined): string {
  const second = unicodeName ? asUtf8(unicodeName.subarray(UNICODE_NAME_START)) : undefined;
  if (second !== undefined && second !== "") return second;
  return isUtf8 ? raw.toString("utf8") : (asUtf8(raw) ?? asCodePage437(raw));
}

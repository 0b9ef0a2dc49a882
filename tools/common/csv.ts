/** Parses CSV (RFC 4180) with commas, semicolons or tabs; returns the rows, without empty ones. */
export function parseCsv(text: string): string[][] {
  const content = text.replace(/^\uFEFF/, "");
  const header = content.split(/\r?\n/, 1)[0] ?? "";
  const count = (sign: string): number => header.split(sign).length;
  const separator = [";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ",");
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let isQuoted = false;
  const endField = (): void => {
    row.push(field);
    field = "";
  };
  const endRow = (): void => {
    endField();
    if (row.some((one) => one.trim() !== "")) rows.push(row);
    row = [];
  };
  for (let at = 0; at < content.length; at++) {
    const sign = content.charAt(at);
    if (isQuoted) {
      if (sign !== '"') field += sign;
      else if (content.charAt(at + 1) === '"') {
        field += sign;
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && field === "") isQuoted = true;
    else if (sign === separator) endField();
    else if (sign === "\n" || sign === "\r") endRow();
    else field += sign;
  }
  endRow();
  return rows;
}

/** Quotes a field, and prefixes text that a spreadsheet would evaluate as a formula. */
function csvField(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Formats rows as CSV. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return `${rows.map((row) => row.map(csvField).join(",")).join("\n")}\n`;
}

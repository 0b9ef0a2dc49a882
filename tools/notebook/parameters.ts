import ts from "@tslab/typescript-for-tslab";
import { declarationsUsing } from "./declarations-using";

/** New values for the variables of a parameters cell, by name. */
export type Overrides = Readonly<Record<string, unknown>>;

/** The types that can be checked before the notebook runs. */
type Kind = "number" | "string" | "boolean";

/** One variable of a parameters cell. */
export interface Parameter {
  readonly name: string;
  readonly keyword: "const" | "let" | "var";
  /** The declared type, or the type of the literal; absent if neither is known. */
  readonly type: string | undefined;
  readonly kind: Kind | undefined;
  /** The source text of its value in the cell. */
  readonly written: string;
}

/** The tags of the cell that declares the notebook's parameters, and of the cell that overrides them. */
export const PARAMETERS_TAG = "parameters";
export const INJECTED_TAG = "injected-parameters";

const KINDS: readonly string[] = ["number", "string", "boolean"] satisfies Kind[];

function literalKind(node: ts.Expression | undefined): Kind | undefined {
  if (!node) return undefined;
  if (ts.isPrefixUnaryExpression(node)) return literalKind(node.operand) === "number" ? "number" : undefined;
  if (ts.isNumericLiteral(node)) return "number";
  if (ts.isStringLiteralLike(node)) return "string";
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword
    ? "boolean"
    : undefined;
}

function keywordOf({ flags }: ts.VariableDeclarationList): Parameter["keyword"] {
  return flags & ts.NodeFlags.Const ? "const" : flags & ts.NodeFlags.Let ? "let" : "var";
}

/** The variables that a cell declares at its top level, in order. */
export function declaredParameters(source: string): Parameter[] {
  const file = ts.createSourceFile("parameters.ts", source, ts.ScriptTarget.ES2022, true);
  return file.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) =>
    declarationList.declarations.flatMap(({ name, type, initializer }) => {
      if (!ts.isIdentifier(name)) return [];
      const annotation = type?.getText(file);
      const kind =
        annotation === undefined ? literalKind(initializer) : (KINDS.find((k) => k === annotation) as Kind);
      return [
        {
          name: name.text,
          keyword: keywordOf(declarationList),
          type: annotation ?? kind,
          kind,
          written: initializer?.getText(file) ?? "",
        },
      ];
    }),
  );
}

function describe(value: unknown): string {
  const type = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
  return `${JSON.stringify(value)} (a ${type})`;
}

/**
 * Checks overrides against the parameters that a notebook declares.
 *
 * @throws if a name is not declared, or a value has the wrong type.
 */
export function validateOverrides(parameters: readonly Parameter[], overrides: Overrides): void {
  for (const [name, value] of Object.entries(overrides)) {
    const parameter = parameters.find((p) => p.name === name);
    if (!parameter) {
      const known = parameters.map((p) => p.name).join(", ");
      throw new Error(`unknown parameter ${name}; the parameters cell declares: ${known || "nothing"}`);
    }
    if (parameter.kind !== undefined && typeof value !== parameter.kind)
      throw new Error(
        `parameter ${name} must be a ${parameter.kind} (${parameter.written} in the notebook), ` +
          `got ${describe(value)}`,
      );
    if (typeof value === "number" && !Number.isFinite(value))
      throw new Error(`parameter ${name} must be finite, got ${value}; choose a smaller number`);
  }
}

/**
 * The source of a cell that redeclares parameters with new values; it runs after the parameters cell. It
 * repeats what that cell computes or defines from them, which would keep the old values otherwise.
 *
 * @throws as {@link validateOverrides} does.
 */
export function injectedSource(parametersSource: string, overrides: Overrides): string {
  const parameters = declaredParameters(parametersSource);
  validateOverrides(parameters, overrides);
  const lines = declarationsUsing(parametersSource, new Set(Object.keys(overrides))).map(({ name, text }) => {
    const parameter = parameters.find((p) => p.name === name);
    if (!parameter || !Object.hasOwn(overrides, parameter.name)) return text;
    const annotation = parameter.type === undefined ? "" : `: ${parameter.type}`;
    return `${parameter.keyword} ${name}${annotation} = ${JSON.stringify(overrides[name])};`;
  });
  return ["// Parameters of this run", ...lines].join("\n");
}

/** A string of JSON, in which digits are text, or a number. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Returns why a number of JSON does not have the value that is written, or undefined if it has. */
function changeOf(written: string): string | undefined {
  const value = Number(written);
  if (!Number.isFinite(value)) return "is too large; the largest number is about 1.8e308";
  if (value === 0 && /[1-9]/.test(written.replace(/[eE].*/, "")))
    return "would become 0; the smallest positive number is about 5e-324";
  const isRounded = /^-?\d+$/.test(written) && written !== "-0" && JSON.stringify(value) !== written;
  if (isRounded && BigInt(written) !== BigInt(value))
    return `would be rounded to ${BigInt(value)}; integers are exact up to ${Number.MAX_SAFE_INTEGER}`;
  return undefined;
}

/** @throws if a number in valid JSON would be read as another number. */
function checkNumbers(name: string, json: string): void {
  for (const [written] of json.matchAll(STRING_OR_NUMBER)) {
    const change = written.startsWith('"') ? undefined : changeOf(written);
    if (change !== undefined) throw new Error(`-p ${name}=${json}: ${written} ${change}`);
  }
}

/**
 * Parses a parameter from the command line: `name=value`, where the value is JSON, or text if it is not valid
 * JSON.
 *
 * @throws if the name or the `=` is missing, or a number in the value cannot be represented: an integer that
 *   would be rounded, or a number that would become infinite or 0.
 */
export function parseAssignment(text: string): readonly [name: string, value: unknown] {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`-p expects name=value, got ${text}`);
  const [name, raw] = [text.slice(0, at), text.slice(at + 1)];
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return [name, raw];
  }
  checkNumbers(name, raw);
  return [name, value];
}

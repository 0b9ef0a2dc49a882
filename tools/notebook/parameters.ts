import ts from "@tslab/typescript-for-tslab";

/** The values that replace those of a parameters cell, by name. */
export type Overrides = Readonly<Record<string, unknown>>;

/** The kinds of value that a parameter can be checked for before the notebook runs. */
type Kind = "number" | "string" | "boolean";

/** One variable of a parameters cell. */
export interface Parameter {
  readonly name: string;
  readonly keyword: "const" | "let" | "var";
  /** The type to declare the new value with: as written, or widened from a literal; absent where unclear. */
  readonly type: string | undefined;
  readonly kind: Kind | undefined;
  /** Its value in the cell, as written. */
  readonly written: string;
}

/** The tag of the cell whose variables are the notebook's parameters, and of the one that overrides them. */
export const PARAMETERS_TAG = "parameters";
export const INJECTED_TAG = "injected-parameters";

const KINDS: readonly string[] = ["number", "string", "boolean"] satisfies Kind[];

const literalKind = (node: ts.Expression | undefined): Kind | undefined => {
  if (!node) return undefined;
  if (ts.isPrefixUnaryExpression(node)) return literalKind(node.operand) === "number" ? "number" : undefined;
  if (ts.isNumericLiteral(node)) return "number";
  if (ts.isStringLiteralLike(node)) return "string";
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword
    ? "boolean"
    : undefined;
};

const keywordOf = ({ flags }: ts.VariableDeclarationList): Parameter["keyword"] =>
  flags & ts.NodeFlags.Const ? "const" : flags & ts.NodeFlags.Let ? "let" : "var";

/** The parameters that a cell declares: its variables, in order. */
export const declaredParameters = (source: string): Parameter[] => {
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
};

const describe = (value: unknown): string =>
  `${JSON.stringify(value)} (a ${Array.isArray(value) ? "list" : value === null ? "null" : typeof value})`;

/**
 * Checks overrides against the parameters that a notebook declares.
 *
 * @throws for a name that is not declared, naming those that are, and for a value of another kind.
 */
export const checkOverrides = (parameters: readonly Parameter[], overrides: Overrides): void => {
  for (const [name, value] of Object.entries(overrides)) {
    const parameter = parameters.find((p) => p.name === name);
    if (!parameter) {
      const known = parameters.map((p) => p.name).join(", ");
      throw new Error(`unknown parameter ${name}; the parameters cell declares: ${known || "nothing"}`);
    }
    if (parameter.kind !== undefined && typeof value !== parameter.kind)
      throw new Error(
        `parameter ${name} must be a ${parameter.kind} (${parameter.written} in the notebook), got ${describe(value)}`,
      );
  }
};

/**
 * The cell that gives parameters new values, declared as they were: run after the parameters cell.
 *
 * @throws as {@link checkOverrides}.
 */
export const injectedSource = (parametersSource: string, overrides: Overrides): string => {
  const parameters = declaredParameters(parametersSource);
  checkOverrides(parameters, overrides);
  const lines = parameters
    .filter(({ name }) => Object.hasOwn(overrides, name))
    .map(({ name, keyword, type }) => {
      const annotation = type === undefined ? "" : `: ${type}`;
      return `${keyword} ${name}${annotation} = ${JSON.stringify(overrides[name])};`;
    });
  return ["// Parameters of this run", ...lines].join("\n");
};

/**
 * A parameter from the command line: `name=value`, the value in JSON or else as text.
 *
 * @throws when there is no `=` or no name.
 */
export const parseAssignment = (text: string): readonly [name: string, value: unknown] => {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`-p expects name=value, got ${text}`);
  const raw = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(raw)];
  } catch {
    return [text.slice(0, at), raw];
  }
};

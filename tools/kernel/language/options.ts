import { ts } from "../source/typescript";
import type { CellFile } from "./cell-file";
import { tokenBefore } from "./internals";
import { plainText, type Described } from "./markdown";

/** A property with its type and description. */
export interface Option extends Described {
  readonly type: string;
}

function propertiesOf({ checker, file }: CellFile, type: ts.Type): Option[] {
  const options = checker.getNonNullableType(type);
  if (options.getNumberIndexType() !== undefined) return []; // an array
  return options.getProperties().map((property) => {
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const own = checker.getTypeOfSymbolAtLocation(property, file);
    return {
      name: isOptional ? `${property.name}?` : property.name,
      text: plainText(property.getDocumentationComment(checker)),
      type: checker.typeToString(isOptional ? checker.getNonNullableType(own) : own),
    };
  });
}

/** The options of a function: the properties of its parameter `options`. */
export function optionsOf(cell: CellFile, signature: ts.Signature | undefined): Option[] {
  const options = signature?.parameters.find(({ name }) => name === "options");
  return options ? propertiesOf(cell, cell.checker.getTypeOfSymbolAtLocation(options, cell.file)) : [];
}

/** The properties that can be written at a position: a name of an object literal begins there. */
export function optionsAt(cell: CellFile, position: number): Option[] {
  const token = tokenBefore(cell.file, position);
  if (!token || (token.kind !== ts.SyntaxKind.OpenBraceToken && token.kind !== ts.SyntaxKind.CommaToken))
    return [];
  const literal = token.parent.kind === ts.SyntaxKind.SyntaxList ? token.parent.parent : token.parent;
  const type = ts.isObjectLiteralExpression(literal) ? cell.checker.getContextualType(literal) : undefined;
  return type ? propertiesOf(cell, type) : [];
}

import type ts from "@tslab/typescript-for-tslab";

type Parts = readonly ts.SymbolDisplayPart[] | undefined;

/** A parameter or an option with its description. */
export interface Described {
  readonly name: string;
  readonly text: string;
}

/** What is shown about a name. */
export interface Documentation {
  /** Its declaration. */
  readonly declaration: string;
  readonly text: string;
  readonly parameters: readonly Described[];
  readonly options: readonly Described[];
  /** Other sections, such as what it throws, by heading. */
  readonly sections: readonly (readonly [heading: string, text: string])[];
}

/** Joins the parts of a text; links become their labels, or their names as code. */
export function plainText(parts: Parts): string {
  const all = (parts ?? []).filter(({ kind }) => kind !== "link");
  return all
    .map(({ kind, text }, i) => {
      const next = all[i + 1];
      if (kind === "linkName")
        return next?.kind === "linkText" && next.text.trim() !== "" ? "" : `\`${text}\``;
      return kind === "linkText" ? text.replace(/^\s*\|?\s*/, "") : text;
    })
    .join("");
}

/** The tags that are shown, with their headings. */
const SECTIONS: Readonly<Record<string, string>> = {
  returns: "Returns",
  throws: "Throws",
  deprecated: "Deprecated",
  example: "Example",
  see: "See also",
};

/** Returns the described parameters among the tags of a docstring. */
export function describedParameters(tags: readonly ts.JSDocTagInfo[] = []): Described[] {
  return tags.flatMap(({ name, text }) => {
    const [parameter, ...rest] = text ?? [];
    if (name !== "param" || !parameter) return [];
    return [{ name: parameter.text, text: plainText(rest).replace(/^\s*(-\s+)?/, "") }];
  });
}

/** Returns the sections among the tags of a docstring. */
export function describedSections(tags: readonly ts.JSDocTagInfo[] = []): [string, string][] {
  return tags.flatMap(({ name, text }): [string, string][] => {
    const heading = SECTIONS[name];
    if (heading === undefined) return [];
    const body = plainText(text).trim();
    const isBareCode = name === "example" && !body.includes("```");
    return [[heading, isBareCode ? `\`\`\`typescript\n${body}\n\`\`\`` : body]];
  });
}

/** The declaration of a name as TypeScript prints it, without what it says about imports. */
export function declarationText(parts: Parts): string {
  return plainText(parts)
    .replace(/^\(alias\) /, "")
    .replace(/\nimport .*$/s, "");
}

function list(described: readonly Described[]): string {
  const lines = described.map(({ name, text }) => {
    const words = text.replace(/\s*\n\s*/g, " ");
    return words === "" ? `- \`${name}\`` : `- \`${name}\`: ${words}`;
  });
  return lines.join("\n");
}

/** Formats what is known about a name as Markdown. */
export function toMarkdown(documentation: Documentation): string {
  const { declaration, text, parameters, options, sections } = documentation;
  return [
    `\`\`\`typescript\n${declaration}\n\`\`\``,
    text,
    ...(parameters.length > 0 ? [`**Parameters**\n\n${list(parameters)}`] : []),
    ...(options.length > 0 ? [`**Options**\n\n${list(options)}`] : []),
    ...sections.map(([heading, body]) =>
      body.includes("\n") ? `**${heading}**\n\n${body}` : `**${heading}** ${body}`,
    ),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Formats what is known about a name for a terminal. */
export function toPlainText({ declaration, text, parameters, options, sections }: Documentation): string {
  const lines = (described: readonly Described[]): string =>
    described.map((each) => `  ${each.name}: ${each.text.replace(/\s*\n\s*/g, " ")}`).join("\n");
  return [
    declaration,
    text,
    ...(parameters.length > 0 ? [`Parameters\n${lines(parameters)}`] : []),
    ...(options.length > 0 ? [`Options\n${lines(options)}`] : []),
    ...sections.map(([heading, body]) => `${heading}: ${body}`),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

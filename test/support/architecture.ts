/** The rules for the layout of files and folders, for architecture.test.ts. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import ts from "typescript";

/** Source files: their text by path, relative to the checkout. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Which nodes each node refers to. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const SOURCE = /\.(ts|mts|cts|js|mjs|cjs)$/;
const EXTENSIONS = ["", ".ts", ".mts", ".mjs", ".js", "/index.ts"];
const SKIPPED = new Set(["node_modules", "dist", "__snapshots__"]);

export const MAX_FILES = 12;
export const MAX_LINES = 250;

/** The words by which a long file's header gives the reason for its length. */
export const REASON = `Longer than ${MAX_LINES} lines because`;

/**
 * Reads the source files below a folder of the checkout; build output and installed packages do not count.
 */
export function readSourceFiles(root: string): SourceFiles {
  const files = new Map<string, string>();
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name))
      for (const [file, text] of readSourceFiles(path)) files.set(file, text);
    if (entry.isFile() && SOURCE.test(entry.name)) files.set(path, readFileSync(path, "utf8"));
  }
  return files;
}

/**
 * The module specifiers that a file imports or exports from, those of types and of JSDoc comments included.
 */
export function importedModules(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, /* setParentNodes */ true);
  const specifiers: string[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (node && ts.isStringLiteralLike(node)) specifiers.push(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0]);
    node.getChildren(file).forEach(visit); // unlike forEachChild, this reaches JSDoc comments
  };
  visit(file);
  return specifiers;
}

function resolveModule(from: string, specifier: string, files: SourceFiles): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const base = normalize(join(dirname(from), specifier));
  const bases = [base, base.replace(/\.js$/, "")];
  return bases
    .flatMap((start) => EXTENSIONS.map((extension) => start + extension))
    .find((path) => files.has(path));
}

function fileGraph(files: SourceFiles): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [path, text] of files) {
    const targets = importedModules(path, text).flatMap((name) => resolveModule(path, name, files) ?? []);
    graph.set(path, new Set(targets));
  }
  return graph;
}

/** The imports between folders; a folder is the directory in which a file lies. */
function folderGraph(files: SourceFiles): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [path, targets] of fileGraph(files)) {
    const folder = dirname(path);
    const others = graph.get(folder) ?? new Set<string>();
    graph.set(folder, others);
    for (const target of targets) if (dirname(target) !== folder) others.add(dirname(target));
  }
  return graph;
}

/** The shortest path from a node back to itself; undefined if there is none. */
function circleThrough(graph: Graph, start: string): string[] | undefined {
  const paths: string[][] = [[start]];
  const seen = new Set<string>();
  for (const path of paths)
    for (const next of graph.get(path.at(-1) ?? "") ?? []) {
      if (next === start) return [...path, start];
      if (!seen.has(next)) paths.push([...path, next]);
      seen.add(next);
    }
  return undefined;
}

/** One circle for each node that lies on one, each set of nodes once, as `a → b → a`. */
function circles(graph: Graph): string[] {
  const found = new Map<string, string>();
  for (const node of graph.keys()) {
    const circle = circleThrough(graph, node);
    const members = [...new Set(circle)].sort().join();
    if (circle && !found.has(members)) found.set(members, circle.join(" → "));
  }
  return [...found.values()];
}

/** The circular imports between files. */
export function fileCircles(files: SourceFiles): string[] {
  return circles(fileGraph(files));
}

/** The circular imports between folders. */
export function folderCircles(files: SourceFiles): string[] {
  return circles(folderGraph(files));
}

/** The folders with more than {@link MAX_FILES} source files directly in them. */
export function crowdedFolders(files: SourceFiles): string[] {
  const counts = new Map<string, number>();
  for (const path of files.keys()) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > MAX_FILES)
    .map(([folder, count]) => `${folder}: ${count} files`);
}

/** The comment at the very top of a file, before its first statement; empty if there is none. */
function headerOf(text: string): string {
  const [first] = ts.getLeadingCommentRanges(text, ts.getShebang(text)?.length ?? 0) ?? [];
  return first ? text.slice(first.pos, first.end) : "";
}

/** The files of more than {@link MAX_LINES} lines whose first comment does not give a {@link REASON}. */
export function longFiles(files: SourceFiles): string[] {
  return [...files].flatMap(([path, text]) => {
    const lines = text.trimEnd().split("\n").length;
    return lines <= MAX_LINES || headerOf(text).includes(REASON) ? [] : [`${path}: ${lines} lines`];
  });
}

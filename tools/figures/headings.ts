import type { Notebook } from "../notebook/document";

/** The heading of a notebook. */
export interface Heading {
  /** Its first Markdown heading, without the `#`. */
  readonly title: string;
  /** The segment of the lecture, such as `Lecture, part 4`; absent if the notebook names none. */
  readonly segment?: string;
  /** The slides that it names, which its figures reproduce unless they name another. */
  readonly slides: readonly string[];
}

const TITLE = /^#\s+(.+?)\s*$/m;
/** `*Lecture, part 4: slides “The variational autoencoder” and “Using the variational autoencoder”.*` */
const LECTURE = /^\s*[*_](Lecture[^*_]*)[*_]\s*$/m;

function quoted(text: string): string[] {
  return [...text.matchAll(/[“"]([^”"]+)[”"]/g)].map(([, slide]) => (slide ?? "").replace(/[.,;]$/, ""));
}

/**
 * The title, segment and slides in the first Markdown cell of a notebook.
 *
 * @param name the title if the notebook has none.
 */
export function headingOf({ cells }: Notebook, name: string): Heading {
  const top = cells.find(({ cell_type: type }) => type === "markdown")?.source ?? "";
  const title = TITLE.exec(top)?.[1] ?? name;
  const lecture = LECTURE.exec(top)?.[1];
  if (lecture === undefined) return { title, slides: [] };
  const segment = /^[^:.]*/.exec(lecture)?.[0].trim() ?? "";
  return { title, segment, slides: quoted(lecture) };
}

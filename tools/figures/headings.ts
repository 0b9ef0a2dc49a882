import type { Notebook } from "../notebook/document";

/** What a notebook says of itself at its top. */
export interface Heading {
  /** Its first heading, without the Markdown. */
  readonly title: string;
  /** The segment of the lecture, for example `Lecture, part 4`; undefined when it names none. */
  readonly segment?: string;
  /** The slides that it names: what its figures reproduce unless they say otherwise. */
  readonly slides: readonly string[];
}

const TITLE = /^#\s+(.+?)\s*$/m;
/** `*Lecture, part 4: slides “The variational autoencoder” and “Using the variational autoencoder”.*` */
const LECTURE = /^\s*[*_](Lecture[^*_]*)[*_]\s*$/m;

const quoted = (text: string): string[] =>
  [...text.matchAll(/[“"]([^”"]+)[”"]/g)].map(([, slide]) => (slide ?? "").replace(/[.,;]$/, ""));

/**
 * The title, segment and slides in the first Markdown cell of a notebook.
 *
 * @param name what it is called when it has no title.
 */
export const headingOf = ({ cells }: Notebook, name: string): Heading => {
  const top = cells.find(({ cell_type: type }) => type === "markdown")?.source ?? "";
  const title = TITLE.exec(top)?.[1] ?? name;
  const lecture = LECTURE.exec(top)?.[1];
  if (lecture === undefined) return { title, slides: [] };
  const segment = /^[^:.]*/.exec(lecture)?.[0].trim() ?? "";
  return { title, segment, slides: quoted(lecture) };
};

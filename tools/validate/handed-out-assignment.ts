import { readHandout } from "../homework/handout";
import type { AssignedCell, Assignment } from "../grade/assignment/assignment";
import type { Cell, Notebook } from "../notebook/document";
import { withParameters } from "../notebook/with-parameters";

/**
 * Returns the assignment that a notebook was handed out as: without solutions and hidden tests. An exercise
 * of which all tests are hidden is not among its exercises.
 *
 * @param path the path of the notebook, for errors.
 * @param smoke whether to use the small parameters in the notebook's metadata.
 * @throws if the notebook does not record its assignment.
 */
export function handedOutAssignment(notebook: Notebook, path: string, smoke: boolean): Assignment {
  const handout = readHandout(notebook);
  if (!handout)
    throw new Error(
      `${path} does not say which assignment it is: its metadata has no complete latent.assignment; ` +
        "use the notebook that you were given, or pass that as --original",
    );
  const handedOut = handout.cells.map(({ id, source, role, tags }): Cell => {
    const common = { id, metadata: tags === undefined ? {} : { tags }, source };
    if (role === "written") return { ...common, cell_type: "markdown" };
    return { ...common, cell_type: "code", outputs: [], execution_count: null };
  });
  const rebuilt = withParameters(
    { metadata: notebook.metadata, cells: handedOut },
    { parameters: {}, smoke },
  );
  const byId = new Map(handout.cells.map((one) => [one.id, one]));
  const cells = rebuilt.cells.map((cell): AssignedCell => {
    const one = byId.get(cell.id);
    if (cell.source.trim() === "") return { cell };
    if (!one) return { cell, role: "given", visible: cell.source };
    const { grade_id: gradeId, role, exercise } = one;
    const common = { cell, gradeId, ...(exercise ? { exercise: exercise.name } : {}) };
    if (role === "written") return { ...common, isWritten: true, stub: cell.source };
    if (role === "exercise") return { ...common, role: "answer", stub: cell.source };
    return { ...common, role: role === "check" ? "check" : "given", visible: cell.source };
  });
  const checked = new Set(cells.flatMap(({ role, exercise }) => (role === "check" ? (exercise ?? []) : [])));
  const exercises = handout.cells.flatMap(({ role, exercise }) =>
    exercise && (role === "written" || (role === "exercise" && checked.has(exercise.name))) ? [exercise] : [],
  );
  const { name, version } = handout;
  return { name, version, notebook: rebuilt, cells, exercises };
}

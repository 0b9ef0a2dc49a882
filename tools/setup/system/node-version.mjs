// Imports nothing and uses old syntax only, so that an old Node can still say what is wrong.

/** The oldest Node the course runs on, as in `engines` of package.json. */
export const oldestNode = "20.19.0";

/**
 * @param {string} version for example `18.20.4`
 * @returns {string | undefined} the one sentence to print when this Node is too old
 */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return (
    `Node ${version} is too old: the course needs ${oldestNode} or newer; ` +
    "install a current one (https://nodejs.org, or `nvm install 22`) and run the same command again."
  );
}

/** Ends the process with the complaint when this Node is too old. */
export function requireNode() {
  const complaint = nodeComplaint(process.versions.node);
  if (complaint === undefined) return;
  console.error(complaint);
  process.exit(1);
}

// Has no imports and uses only old syntax, so that an old Node.js can run it and print the error.

/** The oldest supported version of Node.js, as in `engines` of package.json. */
export const oldestNode = "20.19.0";

/**
 * @param {string} version for example `18.20.4`
 * @returns {string | undefined} an error message if the version is too old
 */
export function nodeVersionError(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return (
    `the course needs Node.js ${oldestNode} or later, got ${version}; ` +
    "install a current version (https://nodejs.org, or `nvm install 22`) and run the same command again"
  );
}

/** Exits with an error message if the running Node.js is too old. */
export function requireNode() {
  const message = nodeVersionError(process.versions.node);
  if (message === undefined) return;
  console.error(message);
  process.exit(1);
}

import { projectEnvironment, venvPython } from "../system/paths.mjs";
import { runProgram } from "../system/run-program.mjs";

/** Python's zipfile unpacks the wheel, because Node.js cannot read zip archives. */
const script = `
import os, re, sys, zipfile
wheel, target, wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        if re.match(wanted, member.filename) and not member.is_dir():
            path = archive.extract(member, target)
            os.chmod(path, 0o644 | (member.external_attr >> 16 & 0o111))
`;

/**
 * Unpacks some of the files in a wheel.
 *
 * @param {string} wheel
 * @param {string} target the folder to unpack to
 * @param {RegExp} wanted matches the paths to unpack, from their start; in the syntax common to JavaScript
 *   and Python
 * @param {string} log
 */
export async function unpack(wheel, target, wanted, log) {
  await runProgram(venvPython, ["-c", script, wheel, target, wanted.source], {
    activity: "unpacking TensorFlow",
    log,
    env: projectEnvironment(),
  });
}

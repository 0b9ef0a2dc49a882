import { projectEnvironment, venvPython } from "../system/paths.mjs";
import { runProgram } from "../system/run-program.mjs";

/** Python's own zipfile does the work: Node has no reader of zip archives. */
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
 * Unpacks part of a wheel.
 *
 * @param {string} wheel
 * @param {string} target a folder
 * @param {RegExp} wanted on the members' names, in the syntax that JavaScript and Python share
 * @param {string} log
 */
export async function unpack(wheel, target, wanted, log) {
  await runProgram(venvPython, ["-c", script, wheel, target, wanted.source], {
    doing: "unpacking TensorFlow",
    log,
    env: projectEnvironment(),
  });
}

/** A failure told to a person: what went wrong, and what to do about it. */
export class SetupError extends Error {
  /**
   * @param {string} cause a clause, for example `the disk is full`
   * @param {string} remedy an imperative, for example `free 2 GB`
   * @param {string} [without] what still works
   */
  constructor(cause, remedy, without) {
    super(`${cause}; ${remedy}`);
    this.name = "SetupError";
    this.cause = cause;
    this.remedy = remedy;
    this.without = without;
  }

  /** The message as it is printed, with what still works. */
  get told() {
    const rest = this.without === undefined ? "" : ` Without it: ${this.without}.`;
    return `${this.message.charAt(0).toUpperCase()}${this.message.slice(1)}.${rest}`;
  }
}

/** @typedef {{ pattern: RegExp, cause: string, remedy: string }} Explanation what output means, the surest sign first */

/** @type {readonly Explanation[]} */
const explanations = [
  {
    pattern: /ENOSPC|No space left on device|\[Errno 28\]|EDQUOT|Disk quota exceeded/i,
    cause: "the disk is full",
    remedy: "free some space (the course takes about 3 GB) and run the same command again",
  },
  {
    pattern: /ensurepip is not available|No module named '?(venv|ensurepip)\b/,
    cause: "this Python has no working venv module",
    remedy:
      "install it (on Debian and Ubuntu: `sudo apt install python3-venv`) and run the same command again",
  },
  {
    pattern:
      /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|self[- ]signed certificate|unable to get (local )?issuer certificate|UNABLE_TO_\w*(CERT|ISSUER|SIGNATURE)/i,
    cause: "the package registry shows a certificate that is not trusted here",
    remedy:
      "name your network's certificate file in NODE_EXTRA_CA_CERTS and PIP_CERT, and run the same command again",
  },
  {
    pattern: /\b407\b.*prox|proxy authentication required|ProxyError|Tunnel connection failed/i,
    cause: "the network's proxy refuses the connection",
    remedy: "set HTTPS_PROXY as your network asks and run the same command again",
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|name resolution|Name or service not known|nodename nor servname|Network is unreachable|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|Max retries exceeded|Connection (refused|reset|aborted)|network (connectivity|timeout)/i,
    cause: "the package registry cannot be reached",
    remedy: "check the network connection and run the same command again",
  },
  {
    pattern: /\bE40[13]\b|HTTP error 40[13]|40[13] (Client Error|Forbidden|Unauthorized)/i,
    cause: "the package registry refuses the download",
    remedy: "check the registry in your npm and pip settings and run the same command again",
  },
  {
    pattern: /EACCES|EPERM|EROFS|Permission denied|Read-only file system/i,
    cause: "a file in the checkout cannot be written",
    remedy: "make the checkout writable for you and run the same command again",
  },
  {
    pattern: /EINTEGRITY|DO NOT MATCH THE HASHES|BadZipFile|Bad CRC-32|integrity check failed/i,
    cause: "a downloaded package is damaged",
    remedy: "delete the folder .cache and run the same command again",
  },
  {
    pattern: /npm ci.{0,80}in sync|`npm ci` can only install|EUSAGE/i,
    cause: "package-lock.json does not fit package.json",
    remedy: "restore both (`git checkout package.json package-lock.json`) and run the same command again",
  },
  {
    pattern: /No matching distribution found|Could not find a version that satisfies/i,
    cause: "a package is not offered for this system",
    remedy:
      "use a system and a Python that it is offered for (Linux on x64 with Python 3.10 to 3.13 is tried)",
  },
  {
    pattern: /Killed signal terminated program|out of memory|Cannot allocate memory|MemoryError|ENOMEM/i,
    cause: "the memory is exhausted",
    remedy: "close other programs and run the same command again",
  },
];

/**
 * Says in one sentence what a failed command's output means.
 *
 * @param {string} doing what was being done, for example `installing the npm packages`
 * @param {string} output the command's last output
 * @param {string} log the file with all of it, named where the output says nothing known
 * @returns {SetupError}
 */
export function explain(doing, output, log) {
  const program = /spawn (\S+) ENOENT/.exec(output)?.[1];
  if (program !== undefined)
    return new SetupError(
      `${doing} failed: the program ${program} is not there`,
      "install it and run the same command again",
    );
  const known = explanations.find(({ pattern }) => pattern.test(output));
  if (known) return new SetupError(`${doing} failed: ${known.cause}`, known.remedy);
  return new SetupError(
    `${doing} failed: ${lastErrorLine(output)}`,
    `the whole output is in ${log}; run the same command again when it is mended`,
  );
}

/**
 * @param {string} output
 * @returns {string}
 */
function lastErrorLine(output) {
  const lines = output.split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line !== "");
  const errors = said.filter(
    (line) => /error/i.test(line) && !/complete log|npm error (code|errno)/i.test(line),
  );
  return (errors[0] ?? said.at(-1) ?? "it said nothing").slice(0, 200).replace(/[.;]+$/, "");
}

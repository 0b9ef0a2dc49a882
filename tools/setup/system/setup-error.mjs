/** A failure of the set-up, with its cause and a remedy. */
export class SetupError extends Error {
  /**
   * @param {string} cause a clause, for example `the disk is full`
   * @param {string} remedy an imperative, for example `free 2 GB`
   * @param {string} [fallback] a clause that states what still works
   */
  constructor(cause, remedy, fallback) {
    super(`${cause}; ${remedy}`);
    this.name = "SetupError";
    this.cause = cause;
    this.remedy = remedy;
    this.fallback = fallback;
  }

  /** The message as a sentence, followed by what still works. */
  get sentence() {
    const rest = this.fallback === undefined ? "" : ` Until then, ${this.fallback}.`;
    return `${this.message.charAt(0).toUpperCase()}${this.message.slice(1)}.${rest}`;
  }
}

/**
 * @typedef {{ pattern: RegExp, cause: string, remedy: string }} Explanation the meaning of a program's output
 */

/** Known failures, the most specific first. @type {readonly Explanation[]} */
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
    pattern: anyOf(
      /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|self[- ]signed certificate/i,
      /unable to get (local )?issuer certificate|UNABLE_TO_\w*(CERT|ISSUER|SIGNATURE)/i,
    ),
    cause: "the package registry's certificate is not trusted on this machine",
    remedy:
      "set NODE_EXTRA_CA_CERTS and PIP_CERT to your network's certificate and run the same command again",
  },
  {
    pattern: /\b407\b.*prox|proxy authentication required|ProxyError|Tunnel connection failed/i,
    cause: "the network's proxy refused the connection",
    remedy: "set HTTPS_PROXY to your network's proxy and run the same command again",
  },
  {
    pattern: anyOf(
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/i,
      /ERR_SOCKET_TIMEOUT|name resolution|Name or service not known|nodename nor servname/i,
      /Network is unreachable|NewConnectionError|ConnectTimeoutError|ReadTimeoutError/i,
      /Max retries exceeded|Connection (refused|reset|aborted)|network (connectivity|timeout)/i,
    ),
    cause: "the package registry cannot be reached",
    remedy: "check the network connection and run the same command again",
  },
  {
    pattern: /\bE40[13]\b|HTTP error 40[13]|40[13] (Client Error|Forbidden|Unauthorized)/i,
    cause: "the package registry denied the download",
    remedy: "check the registry in your npm and pip settings and run the same command again",
  },
  {
    pattern: /EACCES|EPERM|EROFS|Permission denied|Read-only file system/i,
    cause: "a file in the checkout cannot be written",
    remedy: "make the checkout writable and run the same command again",
  },
  {
    pattern: /EINTEGRITY|DO NOT MATCH THE HASHES|BadZipFile|Bad CRC-32|integrity check failed/i,
    cause: "a downloaded package is corrupt",
    remedy: "delete the folder .cache and run the same command again",
  },
  {
    pattern: /npm ci.{0,80}in sync|`npm ci` can only install|EUSAGE/i,
    cause: "package-lock.json does not match package.json",
    remedy: "restore both (`git checkout package.json package-lock.json`) and run the same command again",
  },
  {
    pattern: /No matching distribution found|Could not find a version that satisfies/i,
    cause: "a package is not available for this system",
    remedy: "use a supported system and Python (tested: Linux on x64 with Python 3.10 to 3.13)",
  },
  {
    pattern: /Killed signal terminated program|out of memory|Cannot allocate memory|MemoryError|ENOMEM/i,
    cause: "the machine ran out of memory",
    remedy: "close other programs and run the same command again",
  },
];

/**
 * Explains the failure of a program from its output.
 *
 * @param {string} activity what failed, for example `installing the npm packages`
 * @param {string} output the end of the program's output
 * @param {string} log the file with the full output, mentioned if the output matches no known failure
 * @returns {SetupError}
 */
export function explain(activity, output, log) {
  const program = /spawn (\S+) ENOENT/.exec(output)?.[1];
  if (program !== undefined)
    return new SetupError(
      `${activity} failed: the program ${program} is not installed`,
      "install it and run the same command again",
    );
  const known = explanations.find(({ pattern }) => pattern.test(output));
  if (known) return new SetupError(`${activity} failed: ${known.cause}`, known.remedy);
  return new SetupError(
    `${activity} failed: ${firstErrorLine(output)}`,
    `see the full output in ${log}, fix the problem and run the same command again`,
  );
}

/**
 * @param {string} output
 * @returns {string}
 */
function firstErrorLine(output) {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const errors = lines.filter(
    (line) => /error/i.test(line) && !/complete log|npm error (code|errno)/i.test(line),
  );
  return (errors[0] ?? lines.at(-1) ?? "it printed nothing").slice(0, 200).replace(/[.;]+$/, "");
}

/**
 * @param {...RegExp} patterns
 * @returns {RegExp} matches where any of the patterns does, ignoring case
 */
function anyOf(...patterns) {
  return new RegExp(patterns.map(({ source }) => source).join("|"), "i");
}

/** The command line `latent`, started by tools/bin/latent.mjs. */
import { Command } from "commander";

/** The subcommands; each module is loaded on demand, because some load TensorFlow. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import("../run/command.js")).runCommand,
  check: async () => (await import("../check/command.js")).checkCommand,
  figures: async () => (await import("../figures/command.js")).figuresCommand,
  release: async () => (await import("../homework/release-command.js")).releaseCommand,
  validate: async () => (await import("../validate/command.js")).validateCommand,
  grade: async () => (await import("../grade/command.js")).gradeCommand,
  doctor: async () => (await import("../doctor/command.js")).doctorCommand,
};

async function main(args: readonly string[]): Promise<void> {
  const program = new Command("latent")
    .description("The command line of the course")
    .addHelpText(
      "after",
      "\nAlso: `latent setup` completes the set-up, and retries optional steps that failed; " +
        "`--with atari` adds Gymnasium and Atari.",
    );
  const selected = SUBCOMMANDS[args[0] ?? ""];
  const loaders = selected === undefined ? Object.values(SUBCOMMANDS) : [selected];
  for (const load of loaders) program.addCommand(await load());
  await program.parseAsync([...args], { from: "user" });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

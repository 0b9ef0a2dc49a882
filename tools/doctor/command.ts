import { Command } from "commander";
import { checkoutFolder } from "../common/checkout";
import { gatherFacts } from "./facts";
import { diagnose } from "./diagnosis";
import { reportText } from "./report-text";

/** `latent doctor`: exit code 0 only when a notebook can be worked through in JupyterLab. */
export const doctorCommand = new Command("doctor")
  .description("Say which backend runs and how fast, and what is wrong, with its remedy")
  .option("--json", "print the report as JSON")
  .action(async ({ json }: { json?: boolean }) => {
    const report = diagnose(await gatherFacts(checkoutFolder()));
    console.log(json ? JSON.stringify(report, null, 2) : reportText(report));
    process.exitCode = report.ok ? 0 : 1;
  });

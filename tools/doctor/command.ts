import { Command } from "commander";
import { checkoutFolder } from "../common/checkout";
import { gatherFacts } from "./facts";
import { diagnose } from "./diagnosis";
import { reportText } from "./report-text";

/** `latent doctor`: exits with 0 only if notebooks can run in JupyterLab. */
export const doctorCommand = new Command("doctor")
  .description("report the backend and its speed, and any problems with their remedies")
  .option("--json", "print the report as JSON")
  .action(async ({ json }: { json?: boolean }) => {
    const report = diagnose(await gatherFacts(checkoutFolder()));
    console.log(json ? JSON.stringify(report, null, 2) : reportText(report));
    process.exitCode = report.ok ? 0 : 1;
  });

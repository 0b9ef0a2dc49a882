import { countOf } from "../common/count-of";
import type { Device, Problem, Diagnosis } from "./diagnosis";

/** Formats a diagnosis for the terminal, without a final newline. */
export function reportText(report: Diagnosis): string {
  const rows: (readonly [string, string | null])[] = [
    ["node", report.node],
    ["npm", report.npm],
    ["python", report.python],
    ["jupyterlab", report.jupyterlab],
    ["kernel", report.kernel],
    ["backend", report.summary],
    ["tensorflow", tensorflowText(report)],
    ["device", report.device && deviceText(report.device)],
    ["matmul", report.gflops === null ? null : `${report.gflops.toPrecision(3)} GFLOP/s`],
  ];
  const table = rows.map(([name, value]) => `  ${name.padEnd(12)}${value ?? "missing"}`);
  const verdict = report.ok
    ? "Notebooks can run in JupyterLab."
    : "Notebooks cannot run in JupyterLab; see the problems above.";
  return [...table, "", ...report.problems.flatMap(problemText), verdict].join("\n");
}

function tensorflowText({ tensorflow, oneDnn }: Diagnosis): string {
  if (tensorflow === null) return "not in use";
  return `${tensorflow}, oneDNN ${oneDnn === true ? "on" : "off (by TF_ENABLE_ONEDNN_OPTS)"}`;
}

function deviceText(device: Device): string {
  if (device.kind === "cpu")
    return [device.name, device.vectors, countOf(device.threads, "thread")].filter(Boolean).join(", ");
  return device.memoryMiB === null ? device.name : `${device.name}, ${device.memoryMiB} MiB`;
}

function problemText({ what, remedy, blocks }: Problem): string[] {
  return [`  ${blocks ? "Error" : "Note"}: ${what}.`, `    Remedy: ${remedy}.`, ""];
}

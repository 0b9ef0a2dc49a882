// Opens an environment, prints the process of its Python, and is inside a step that never returns.
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { gymnasium } from "../../../lib/envs/gymnasium/gymnasium";

async function main(): Promise<void> {
  const env = await gymnasium("trouble:Trouble-v0");
  await env.reset(0);
  console.log(readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim());
  if (process.argv[2] === "return") return; // without close
  await env.step(tf.tensor1d([3], "int32"));
}

void main();

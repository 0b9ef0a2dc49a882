/** Run by the doctor in a separate process: starts the backend, measures it and reports to the parent. */
import { availableParallelism } from "node:os";
import { tf, useBackend, type Backend } from "latent";
import { matmulSpeed } from "./speed";

/** The side of the matrices to multiply: enough work to use each backend fully, but finished quickly. */
function side({ name, device }: Backend): number {
  return device === "gpu" ? 4096 : { tensorflow: 1024, webgpu: 256, wasm: 1024, cpu: 256 }[name];
}

/** The name of the GPU from the webgpu backend; TensorFlow reports none. */
function adapterName(): string | null {
  const { adapter } = tf.backend() as unknown as { readonly adapter?: { readonly name?: string } };
  return adapter?.name ?? null;
}

/** Whether TensorFlow reads the value of an environment variable as false. */
function isOff(value: string | undefined): boolean {
  return value === "0" || value?.toLowerCase() === "false";
}

async function main(): Promise<void> {
  const backend = await useBackend();
  const measured = {
    backend: backend.name,
    summary: backend.summary,
    tensorflow: backend.name === "tensorflow" ? backend.version : null,
    oneDnn: backend.name === "tensorflow" ? !isOff(process.env["TF_ENABLE_ONEDNN_OPTS"]) : null,
    onGpu: backend.device === "gpu",
    gpu: backend.device === "gpu" ? adapterName() : null,
    threads: backend.name === "tensorflow" ? availableParallelism() : 1,
    reasons: backend.reasons,
    gflops: await matmulSpeed(side(backend)),
    side: side(backend),
  };
  process.send?.({ measured });
}

main().catch((error: unknown) => {
  process.send?.({ error: error instanceof Error ? error.message : String(error) });
});

/** Run by the doctor in a process of its own: starts the backend, measures it, reports to the parent. */
import { availableParallelism } from "node:os";
import { tf, useBackend, type Backend } from "latent";
import { matmulSpeed } from "./speed";

/** The side of the matrices to multiply: enough work to keep each kind of backend busy, and over soon. */
const side = ({ name, device }: Backend): number =>
  device === "gpu" ? 4096 : { tensorflow: 1024, webgpu: 256, wasm: 1024, cpu: 256 }[name];

/** The graphics card by the name that the webgpu backend gives it; TensorFlow names none. */
function adapterName(): string | null {
  const { adapter } = tf.backend() as unknown as { readonly adapter?: { readonly name?: string } };
  return adapter?.name ?? null;
}

async function main(): Promise<void> {
  const backend = await useBackend();
  const measured = {
    backend: backend.name,
    summary: backend.summary,
    tensorflow: backend.name === "tensorflow" ? backend.version : null,
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

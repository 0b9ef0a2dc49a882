import * as tf from "@tensorflow/tfjs";

/** tfjs's engine, as far as it is used here. */
interface Engine {
  /** Called for the first tensor if no backend has been chosen. */
  initializeBackendsAndReturnBest(): { readonly name: string; readonly asyncInit: boolean };
}

/**
 * Says in one line that a tensor was made before a backend was chosen, in place of tfjs's advice to install
 * its package for Node.js.
 *
 * The faster backends start asynchronously, and a tensor cannot wait for them.
 */
export function announceFirstTensor(): void {
  const engine = tf.engine() as unknown as Engine;
  const initialize = engine.initializeBackendsAndReturnBest.bind(engine);
  engine.initializeBackendsAndReturnBest = () => {
    const best = initialize();
    if (best.name !== "cpu") return best;
    hideBanner();
    console.log(
      "latent: a tensor was made before useBackend(), on the slow backend cpu; " +
        "write `await useBackend()` above it",
    );
    return best;
  };
}

/** Suppresses what the backend `cpu` of tfjs prints at its first operation. */
export function hideBanner(): void {
  const cpu = tf.findBackend("cpu") as unknown as { firstUse: boolean };
  cpu.firstUse = false;
}

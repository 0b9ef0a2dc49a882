import { tf, useBackend } from "latent";

/** The backend that the tests run on. */
export const home = tf.getBackend();

/** The other backends that run on every machine. */
export const others = (["wasm", "cpu"] as const).filter((name) => name !== home);

/** Switches back to the tests' backend, in `afterEach` or `afterAll` of tests that use another one. */
export async function goHome(): Promise<void> {
  await useBackend(home);
}

import { tf, useBackend } from "latent";

/** The backend that the tests run on. */
export const home = tf.getBackend();

/** Those that run everywhere, without that one. */
export const others = (["wasm", "cpu"] as const).filter((name) => name !== home);

/** For `afterEach` and `afterAll` of tests that change to another one. */
export const goHome = async (): Promise<void> => {
  await useBackend(home);
};

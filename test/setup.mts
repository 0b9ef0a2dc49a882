/** Before a test file is read: the backend is chosen, so that no tensor starts its life on another one. */
import { useBackend } from "latent";
import "./support/matchers.js";

await useBackend();

/** Before a test file is read: the backend is chosen, so that no tensor starts its life on another one. */
import { useBackend } from "../lib/core/backend/use-backend.js";
import "./support/matchers.js";

await useBackend();

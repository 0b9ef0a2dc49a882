import { beforeAll } from "vitest";
import { useBackend } from "../lib/core/backend";
import "./support/matchers";

beforeAll(async () => {
  await useBackend();
});

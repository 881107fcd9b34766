import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["tests/look.ts"], testTimeout: 600_000 } });

import { mergeConfig } from "vitest/config";

import shared from "../../vitest.shared.ts";

export default mergeConfig(shared, {
  test: { include: ["figures/**/*.test.ts", "learn/**/*.test.ts", "reference/**/*.test.ts", "recipes/**/*.test.ts"] },
});

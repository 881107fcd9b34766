import { mergeConfig } from "vitest/config";

import shared from "../../vitest.shared.ts";

export default mergeConfig(shared, {
  test: { include: ["{contribute,figures,lab,learn,recipes,reference,training}/**/*.test.ts"] },
});

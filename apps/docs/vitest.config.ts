import { mergeConfig } from "vitest/config";

import shared from "../../vitest.shared.ts";

export default mergeConfig(shared, {
  test: {
    // They take longest and end last: no core is left for anybody else.
    maxWorkers: "100%",
    include: ["{contribute,figures,lab,learn,recipes,reference,training}/**/*.test.ts"],
  },
});

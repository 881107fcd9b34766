import { BackendError } from "@onestep/core";

import { followOrders } from "../../training/follow-orders.ts";

// The element trains on our kernels alone, so that all it needs is in one file.
followOrders((name) => {
  const parts = { where: "backend", expected: "our own kernels", arrived: name, hint: "the laboratory has the others" };
  return Promise.reject(new BackendError(parts));
});

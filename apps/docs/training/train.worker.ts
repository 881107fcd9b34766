import { followOrders } from "./follow-orders.ts";

// TensorFlow.js is loaded by the training that asks for it.
followOrders(async (name) => (await import("./tfjs-engines.ts")).openTfjs(name));

import { z } from "@hono/zod-openapi";
import type { Handler } from "../handler.ts";

const Payload = z.strictObject({});

/** Does the chores of the database's clock now, for an operator who does not wait for it. */
export const maintenanceSweep: Handler<z.infer<typeof Payload>> = {
  kind: "maintenance.sweep",
  payload: Payload,
  leaseSeconds: 60,
  async run(_task, { rpc }) {
    return { done: { chores: await rpc<string[]>("do_upkeep", {}) } };
  },
};

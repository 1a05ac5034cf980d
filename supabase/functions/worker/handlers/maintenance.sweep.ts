import { z } from "@hono/zod-openapi";
import type { Handler } from "../handler.ts";

const Payload = z.object({
  /** Completed tasks are kept for so many days. */
  completed_days: z.number().int().min(0).default(7),
  /** So are discarded and cancelled ones. */
  other_days: z.number().int().min(0).default(90),
});

const BATCH = 10_000;

/** Deletes finished tasks after their time, a batch a statement. */
export const maintenanceSweep: Handler<z.infer<typeof Payload>> = {
  kind: "maintenance.sweep",
  payload: Payload,
  leaseSeconds: 60,
  async run({ payload }, { rpc, signal, deadline }) {
    let deleted = 0;
    while (!signal.aborted && Date.now() < deadline) {
      const batch = await rpc<number>("delete_finished_tasks", { ...payload, batch_size: BATCH });
      deleted += batch;
      if (batch < BATCH) return { done: { deleted } };
    }
    return { snoozeSeconds: 5 };
  },
};

import { z } from "@hono/zod-openapi";
import type { Handler } from "../handler.ts";

const Payload = z.object({ data_source_id: z.guid() });

/** Makes and starts the job that a data source's schedule asks for; all of it in one procedure. */
export const runSchedule: Handler<z.infer<typeof Payload>> = {
  kind: "data_source.scheduled_run",
  payload: Payload,
  leaseSeconds: 60,
  async run({ id, claim }, { rpc }) {
    return { done: await rpc("run_data_source_schedule", { task_id: id, claim }) };
  },
};

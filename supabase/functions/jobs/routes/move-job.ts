import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Job, JobParams } from "../schemas.ts";

const MOVES = {
  start: { summary: "Start a pending job", message: "Job started." },
  pause: { summary: "Pause a running job after the batch under way", message: "Job paused." },
  resume: { summary: "Let a paused job go on after the last row it read", message: "Job resumed." },
  cancel: { summary: "Cancel a job; what it has imported stays", message: "Job cancelled." },
  retry: {
    summary: "Make a failed job pending again; started it goes on after the last row it read",
    message: "Job set back; start it when it is to go on.",
  },
} as const;

const route = (move: keyof typeof MOVES) =>
  operation({
    method: "post",
    path: `/jobs/{jobId}/${move}`,
    operationId: `${move}Job`,
    ...MOVES[move],
    rateClass: "write",
    permission: "jobs.run",
    request: { params: JobParams },
    data: Job,
  });

/** POST /jobs/:jobId/start, pause, resume, cancel, retry */
export function registerMoveJob(app: KitApp): void {
  for (const move of ["start", "pause", "resume", "cancel", "retry"] as const) {
    app.openapi(
      route(move),
      (c) => reply(c, `${move}_scraping_job`, { job_id: c.req.valid("param").jobId }),
    );
  }
}

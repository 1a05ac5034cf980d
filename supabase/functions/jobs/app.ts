import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerCreateJob } from "./routes/create-job.ts";
import { registerGetJob } from "./routes/get-job.ts";
import { registerListJobLogs } from "./routes/list-job-logs.ts";
import { registerListJobRejects } from "./routes/list-job-rejects.ts";
import { registerListJobs } from "./routes/list-jobs.ts";
import { registerMoveJob } from "./routes/move-job.ts";

/** The function `jobs`. */
export function createJobsApp(config: KitConfig): KitApp {
  const app = createApp({ name: "jobs", config });
  registerListJobs(app);
  registerCreateJob(app);
  registerGetJob(app);
  registerListJobLogs(app);
  registerListJobRejects(app);
  registerMoveJob(app);
  return app;
}

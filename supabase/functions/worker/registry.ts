import type { Handler } from "./handler.ts";
import { resealCredentials } from "./handlers/credentials.reseal.ts";
import { runSchedule } from "./handlers/data_source.scheduled_run.ts";
import { maintenanceSweep } from "./handlers/maintenance.sweep.ts";
import { notificationEmail } from "./handlers/notification.email.ts";
import { runScrapingJob } from "./handlers/scraping_job.run.ts";

/** Every kind of task that workers run, as in `private.task_kinds`; a test holds both equal. */
export const HANDLERS: readonly Handler<unknown>[] = [
  maintenanceSweep,
  resealCredentials,
  runSchedule,
  runScrapingJob,
  notificationEmail(),
];

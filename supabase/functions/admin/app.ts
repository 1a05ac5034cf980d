import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerCreateUser } from "./routes/create-user.ts";
import { registerDeleteUser } from "./routes/delete-user.ts";
import { registerGetPlatformMetrics } from "./routes/get-platform-metrics.ts";
import { registerListUsers } from "./routes/list-users.ts";
import { registerSearchAudit } from "./routes/search-audit.ts";
import { registerCancelTask } from "./routes/cancel-task.ts";
import { registerGetTaskFigures } from "./routes/get-task-figures.ts";
import { registerListTasks } from "./routes/list-tasks.ts";
import { registerRequeueTask } from "./routes/requeue-task.ts";
import { registerTriggerJob } from "./routes/trigger-job.ts";
import { registerUpdateUser } from "./routes/update-user.ts";

/** The function `admin`; the secret key creates accounts and nothing else. */
export function createAdminApp(config: KitConfig, secretKey = ""): KitApp {
  const app = createApp({ name: "admin", config });
  registerListUsers(app);
  registerCreateUser(app, secretKey);
  registerUpdateUser(app);
  registerDeleteUser(app);
  registerSearchAudit(app);
  registerGetPlatformMetrics(app);
  registerTriggerJob(app);
  registerListTasks(app);
  registerGetTaskFigures(app);
  registerRequeueTask(app);
  registerCancelTask(app);
  return app;
}

import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import type { SealingEnv } from "../_shared/sealing.ts";
import { registerCreateDataSource } from "./routes/create-data-source.ts";
import { registerDeleteDataSource } from "./routes/delete-data-source.ts";
import { registerGetDataSource } from "./routes/get-data-source.ts";
import { registerListDataSources } from "./routes/list-data-sources.ts";
import { registerListJobsOfDataSource } from "./routes/list-jobs-of-data-source.ts";
import { registerUpdateDataSource } from "./routes/update-data-source.ts";

/** The function `data-sources`; `env` holds the keys that credentials are sealed with. */
export function createDataSourcesApp(config: KitConfig, env: SealingEnv = {}): KitApp {
  const app = createApp({ name: "data-sources", config });
  registerListDataSources(app);
  registerCreateDataSource(app, env);
  registerGetDataSource(app);
  registerUpdateDataSource(app, env);
  registerDeleteDataSource(app);
  registerListJobsOfDataSource(app);
  return app;
}

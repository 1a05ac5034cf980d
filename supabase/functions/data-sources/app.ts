import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { createService } from "../_shared/service.ts";
import { registerCreateDataSource } from "./routes/create-data-source.ts";
import { registerDeleteDataSource } from "./routes/delete-data-source.ts";
import { registerGetDataSource } from "./routes/get-data-source.ts";
import { registerListDataSources } from "./routes/list-data-sources.ts";
import { registerListJobsOfDataSource } from "./routes/list-jobs-of-data-source.ts";
import { registerTestDataSource } from "./routes/test-data-source.ts";
import { registerUpdateDataSource } from "./routes/update-data-source.ts";

/**
 * The function `data-sources`. `env` holds the keys that credentials are sealed with; the secret key
 * opens what a connection test needs.
 */
export function createDataSourcesApp(
  config: KitConfig,
  env: Readonly<Record<string, string | undefined>> = {},
  secretKey = "",
): KitApp {
  const app = createApp({ name: "data-sources", config });
  const service = { supabaseUrl: config.supabaseUrl, secretKey, fetch: config.fetch };
  registerListDataSources(app);
  registerCreateDataSource(app, env);
  registerGetDataSource(app);
  registerUpdateDataSource(app, env);
  registerDeleteDataSource(app);
  registerListJobsOfDataSource(app);
  registerTestDataSource(app, { ...service, env, rpc: createService(service) });
  return app;
}

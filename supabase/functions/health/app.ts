import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerLive } from "./routes/live.ts";
import { registerReady } from "./routes/ready.ts";
import { registerReport } from "./routes/report.ts";

/** The function `health`. */
export function createHealthApp(config: KitConfig): KitApp {
  const app = createApp({ name: "health", config });
  registerLive(app);
  registerReady(app);
  registerReport(app);
  return app;
}

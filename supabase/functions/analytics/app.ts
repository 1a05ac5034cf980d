import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerGetCampaignPerformance } from "./routes/get-campaign-performance.ts";
import { registerGetOverview } from "./routes/get-overview.ts";
import { registerListTopCampaigns } from "./routes/list-top-campaigns.ts";

/** The function `analytics`. */
export function createAnalyticsApp(config: KitConfig): KitApp {
  const app = createApp({ name: "analytics", config });
  registerGetOverview(app);
  registerGetCampaignPerformance(app);
  registerListTopCampaigns(app);
  return app;
}

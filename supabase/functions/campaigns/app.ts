import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerCreateCampaign } from "./routes/create-campaign.ts";
import { registerDeleteCampaign } from "./routes/delete-campaign.ts";
import { registerGetCampaign } from "./routes/get-campaign.ts";
import { registerGetCampaignAnalytics } from "./routes/get-campaign-analytics.ts";
import { registerListCampaigns } from "./routes/list-campaigns.ts";
import { registerSetCampaignStatus } from "./routes/set-campaign-status.ts";
import { registerUpdateCampaign } from "./routes/update-campaign.ts";

/** The function `campaigns`. */
export function createCampaignsApp(config: KitConfig): KitApp {
  const app = createApp({ name: "campaigns", config });
  registerListCampaigns(app);
  registerCreateCampaign(app);
  registerGetCampaign(app);
  registerUpdateCampaign(app);
  registerDeleteCampaign(app);
  registerSetCampaignStatus(app);
  registerGetCampaignAnalytics(app);
  return app;
}

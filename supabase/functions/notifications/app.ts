import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerListNotificationPreferences } from "./routes/list-notification-preferences.ts";
import { registerListNotifications } from "./routes/list-notifications.ts";
import { registerMarkNotificationsRead } from "./routes/mark-notifications-read.ts";
import { registerSetNotificationPreference } from "./routes/set-notification-preference.ts";

/** The function `notifications`. */
export function createNotificationsApp(config: KitConfig): KitApp {
  const app = createApp({ name: "notifications", config });
  registerListNotifications(app);
  registerMarkNotificationsRead(app);
  registerListNotificationPreferences(app);
  registerSetNotificationPreference(app);
  return app;
}

import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerCallback } from "./routes/callback.ts";
import { registerGetMe } from "./routes/get-me.ts";
import { registerGetPermissions } from "./routes/get-permissions.ts";
import { registerLogout } from "./routes/logout.ts";
import { registerRefresh } from "./routes/refresh.ts";
import { registerSignIn } from "./routes/sign-in.ts";
import { registerSignUp } from "./routes/sign-up.ts";
import { registerTestIsolation } from "./routes/test-isolation.ts";

/** The function `auth`. */
export function createAuthApp(config: KitConfig): KitApp {
  const app = createApp({ name: "auth", config });
  registerSignUp(app);
  registerSignIn(app);
  registerCallback(app);
  registerRefresh(app);
  registerLogout(app);
  registerGetMe(app);
  registerGetPermissions(app);
  registerTestIsolation(app);
  return app;
}

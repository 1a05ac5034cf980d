import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage } from "../../_shared/reply.ts";
import { Preference } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/notifications/preferences",
  operationId: "listNotificationPreferences",
  summary: "List by which ways one hears of what",
  rateClass: "read",
  permission: "any member, as to their own",
  data: Preference,
  list: "page",
});

/** GET /notifications/preferences */
export function registerListNotificationPreferences(app: KitApp): void {
  app.openapi(route, (c) => replyPage(c, "list_notification_preferences", {}));
}

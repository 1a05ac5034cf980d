import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { Notification, NotificationQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/notifications",
  operationId: "listNotifications",
  summary: "List one's notifications, the newest first",
  rateClass: "read",
  permission: "any member, as to their own",
  request: { query: NotificationQuery },
  data: Notification,
  list: "page",
});

/** GET /notifications */
export function registerListNotifications(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_notifications", toArgs(query), query);
  });
}

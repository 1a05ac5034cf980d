import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Marked, MarkRead } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/notifications/read",
  operationId: "markNotificationsRead",
  summary: "Mark some or all of one's notifications as read",
  rateClass: "write",
  permission: "any member, as to their own",
  request: { body: jsonBody(MarkRead, { required: false }) },
  data: Marked,
});

/** POST /notifications/read */
export function registerMarkNotificationsRead(app: KitApp): void {
  app.openapi(route, (c) => {
    return reply(c, "mark_notifications_read", { notification_ids: c.req.valid("json").ids });
  });
}

import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { PreferenceParams, SavedPreference, SetPreference } from "../schemas.ts";

const route = operation({
  method: "put",
  path: "/notifications/preferences/{type}",
  operationId: "setNotificationPreference",
  summary: "Say by which ways to hear of a type",
  rateClass: "write",
  permission: "any member, as to their own",
  request: { params: PreferenceParams, body: jsonBody(SetPreference) },
  data: SavedPreference,
});

/** PUT /notifications/preferences/:type */
export function registerSetNotificationPreference(app: KitApp): void {
  app.openapi(route, (c) => {
    return reply(c, "set_notification_preference", {
      ...c.req.valid("param"),
      ...toArgs(c.req.valid("json")),
    });
  });
}

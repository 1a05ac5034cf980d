import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { respond, toArgs } from "../../_shared/reply.ts";
import { callAuth } from "../gotrue.ts";
import { Refresh, Session } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/auth/refresh",
  operationId: "refreshSession",
  summary: "Trade a refresh token for a new session",
  rateClass: "auth",
  permission: "whoever holds the token",
  anonymous: true,
  request: { body: jsonBody(Refresh) },
  data: Session,
  problems: [401, 429],
});

/** POST /auth/refresh */
export function registerRefresh(app: KitApp): void {
  app.openapi(route, async (c) => {
    const body = toArgs(c.req.valid("json"));
    return respond(c, await callAuth(c, "token?grant_type=refresh_token", body));
  });
}

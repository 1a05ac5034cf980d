import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { respond } from "../../_shared/reply.ts";
import { callAuth } from "../gotrue.ts";
import { Logout, Nothing } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/auth/logout",
  operationId: "logout",
  summary: "End this session, every session or every other session",
  rateClass: "auth",
  unkeyed: true,
  permission: "every signed-in user",
  request: { body: jsonBody(Logout, { required: false }) },
  data: Nothing,
  message: "Signed out.",
});

/** POST /auth/logout */
export function registerLogout(app: KitApp): void {
  app.openapi(route, async (c) => {
    const { scope = "local" } = c.req.valid("json");
    return respond(c, await callAuth(c, `logout?scope=${scope}`, undefined, "caller"));
  });
}

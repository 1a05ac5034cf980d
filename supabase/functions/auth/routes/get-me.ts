import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Me } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/auth/me",
  operationId: "getMe",
  summary: "The caller: profile, agencies, and permissions in the agency meant",
  rateClass: "read",
  permission: "every signed-in user",
  data: Me,
});

/** GET /auth/me */
export function registerGetMe(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_me", {}));
}

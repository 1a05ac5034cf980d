import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage } from "../../_shared/reply.ts";
import { Agency } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/agencies",
  operationId: "listAgencies",
  summary: "List the caller's agencies",
  rateClass: "read",
  permission: "every signed-in user",
  data: Agency,
  list: "page",
});

/** GET /agencies */
export function registerListAgencies(app: KitApp): void {
  app.openapi(route, (c) => replyPage(c, "list_agencies", {}));
}

import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage } from "../../_shared/reply.ts";
import { AgencyParams, ApiKey } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/agencies/{agencyId}/api-keys",
  operationId: "listApiKeys",
  summary: "List the agency's API keys, without their secrets",
  rateClass: "read",
  permission: "api_keys.manage",
  request: { params: AgencyParams },
  data: ApiKey,
  list: "page",
});

/** GET /agencies/:agencyId/api-keys */
export function registerListApiKeys(app: KitApp): void {
  app.openapi(
    route,
    (c) => replyPage(c, "list_api_keys", { agency_id: c.req.valid("param").agencyId }),
  );
}

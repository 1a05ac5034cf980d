import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { ApiKey, ApiKeyParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/agencies/{agencyId}/api-keys/{apiKeyId}",
  operationId: "revokeApiKey",
  summary: "End an API key",
  description: "It works no longer from the next request on.",
  rateClass: "write",
  permission: "api_keys.manage",
  request: { params: ApiKeyParams },
  data: ApiKey,
  message: "API key revoked.",
});

/** DELETE /agencies/:agencyId/api-keys/:apiKeyId */
export function registerRevokeApiKey(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "revoke_api_key", { api_key_id: c.req.valid("param").apiKeyId }),
  );
}

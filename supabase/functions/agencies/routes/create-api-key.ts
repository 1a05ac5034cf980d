import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { AgencyParams, CreateApiKey, NewApiKey } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/{agencyId}/api-keys",
  operationId: "createApiKey",
  summary: "Make a key for a program; the answer holds the secret, this once",
  rateClass: "write",
  permission: "api_keys.manage, and every permission of the key",
  request: { params: AgencyParams, body: jsonBody(CreateApiKey) },
  data: NewApiKey,
  status: 201,
  message: "API key created.",
});

/** POST /agencies/:agencyId/api-keys */
export function registerCreateApiKey(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "create_api_key", {
        ...toArgs(c.req.valid("param")),
        ...toArgs(c.req.valid("json")),
      }),
  );
}

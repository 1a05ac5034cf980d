import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Agency, CreateAgency } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies",
  operationId: "createAgency",
  summary: "Create an agency with the caller as its owner",
  rateClass: "write",
  permission: "every signed-in user",
  request: { body: jsonBody(CreateAgency) },
  data: Agency,
  status: 201,
  message: "Agency created.",
});

/** POST /agencies */
export function registerCreateAgency(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "create_agency", c.req.valid("json")));
}

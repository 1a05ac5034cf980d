import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { AcceptInvitation, Member } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/invitations/accept",
  operationId: "acceptInvitation",
  summary: "Join the agency an invitation is for",
  rateClass: "write",
  permission: "the person invited",
  request: { body: jsonBody(AcceptInvitation) },
  data: Member,
  message: "Welcome to the agency.",
});

/** POST /agencies/invitations/accept */
export function registerAcceptInvitation(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "accept_invitation", c.req.valid("json")));
}

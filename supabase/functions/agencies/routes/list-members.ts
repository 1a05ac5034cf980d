import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { AgencyParams, Member, MemberQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/agencies/{agencyId}/members",
  operationId: "listMembers",
  summary: "List the agency's members",
  rateClass: "read",
  permission: "members.read",
  request: { params: AgencyParams, query: MemberQuery },
  data: Member,
  list: "page",
});

/** GET /agencies/:agencyId/members */
export function registerListMembers(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_members", {
      agency_id: c.req.valid("param").agencyId,
      ...toArgs(query),
    }, query);
  });
}

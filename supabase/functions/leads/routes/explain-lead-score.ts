import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { LeadParams, LeadScore, ScoreQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/leads/{leadId}/score",
  operationId: "explainLeadScore",
  summary: "Explain a score: everything it is the sum of",
  rateClass: "read",
  permission: "scoring.read and the right to see the lead",
  request: { params: LeadParams, query: ScoreQuery },
  data: LeadScore,
});

/** GET /leads/:leadId/score */
export function registerExplainLeadScore(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "explain_lead_score", {
        lead_id: c.req.valid("param").leadId,
        ...c.req.valid("query"),
      }),
  );
}

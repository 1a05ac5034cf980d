import { z } from "@hono/zod-openapi";
import { Rate, Totals } from "../_shared/metrics.ts";
import { Day, Id } from "../_shared/schemas.ts";

/** The path of one campaign. */
export const CampaignParams = z.object({ campaignId: Id });

const range = z.enum(["7d", "30d", "90d", "1y"]);

/** Query of the overview. */
export const OverviewQuery = z.strictObject({ range: range.default("30d") });

/** Query of the best campaigns. */
export const TopQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(5).meta({ example: 5 }),
  metric: z.enum(["conversionRate", "responseRate", "qualificationRate"]).default("conversionRate"),
});

/** A campaign in a ranking. */
export const TopCampaign = z.object({
  campaignId: Id,
  name: z.string().meta({ example: "Spring tour" }),
  status: z.string().meta({ example: "active" }),
  total: z.number().int().meta({ example: 120 }),
  qualified: z.number().int().meta({ example: 30 }),
  converted: z.number().int().meta({ example: 15 }),
  conversionRate: Rate,
  responseRate: Rate,
  qualificationRate: Rate,
}).openapi("TopCampaign");

const change = z.number().nullable().meta({
  description: "Relative to the period of the same length before; null when that was empty.",
  example: 0.25,
});

/** How the agency does. */
export const AgencyOverview = z.object({
  agencyId: Id,
  range: z.object({ name: range, from: Day, to: Day }),
  campaigns: z.object({ total: z.number().int(), active: z.number().int() }),
  totals: Totals.meta({ description: "Of the leads created in the range." }),
  previous: Totals.meta({ description: "Of the leads created in the period before." }),
  trend: z.object({
    total: change,
    converted: change,
    conversionRate: change,
    responseRate: change,
    qualificationRate: change,
  }),
  topCampaigns: z.array(TopCampaign),
}).openapi("AgencyOverview");

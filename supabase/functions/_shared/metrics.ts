import { z } from "@hono/zod-openapi";
import { Id } from "./schemas.ts";

/** A share of a whole, 0 to 1; null where the whole is empty. */
export const Rate = z.number().min(0).max(1).nullable().meta({ example: 0.125 });

const count = z.number().int().nonnegative().meta({ example: 8 });

/** Lead counts by status, counts of who came at least that far, and the rates made of them. */
export const Totals = z.object({
  total: count,
  new: count,
  contacted: count,
  responded: count,
  qualified: count,
  converted: count,
  rejected: count,
  reached: z.object({
    contacted: count,
    responded: count,
    qualified: count,
    converted: count,
  }).meta({ description: "Leads that came at least that far." }),
  averageScore: z.number().nullable().meta({ example: 61.5 }),
  grades: z.record(z.enum(["A", "B", "C", "D", "F"]), z.number().int()).meta({
    example: { A: 1, B: 3, C: 2, D: 1, F: 1 },
  }),
  conversionRate: Rate,
  responseRate: Rate,
  qualificationRate: Rate,
}).openapi("LeadTotals");

/** What a campaign has brought. */
export const CampaignPerformance = z.object({
  campaignId: Id,
  name: z.string().meta({ example: "Spring tour" }),
  status: z.string().meta({ example: "active" }),
  targetLeads: z.number().int().nullable().meta({ example: 500 }),
  totals: Totals,
  last30Days: Totals.meta({ description: "Of the leads created in the last 30 days." }),
}).openapi("CampaignPerformance");

import { z } from "@hono/zod-openapi";
import { Rate } from "../_shared/metrics.ts";
import { Day, Id, JsonObject, listQuery, Tags, Timestamp } from "../_shared/schemas.ts";

/** The life of a campaign; the database knows the moves. */
export const CampaignStatus = z.enum(["draft", "active", "paused", "completed", "archived"]);

const attributes = {
  clientId: Id.nullable(),
  description: z.string().nullable().meta({ example: "Bands that tour in spring" }),
  kind: z.string().meta({ example: "lead_gen" }),
  startsOn: Day.nullable(),
  endsOn: Day.nullable().meta({ example: "2026-12-31" }),
  budgetCents: z.number().int().nonnegative().nullable().meta({
    description: "In hundredths of the currency.",
    example: 250000,
  }),
  currency: z.string().meta({ description: "ISO 4217.", example: "EUR" }),
  targetLeads: z.number().int().positive().nullable().meta({ example: 500 }),
  goals: JsonObject,
  tags: Tags,
  metadata: JsonObject,
};

const name = z.string().min(1).max(200).meta({ example: "Spring tour" });

/** The path of one campaign. */
export const CampaignParams = z.object({ campaignId: Id });

/** A new campaign. */
export const CreateCampaign = z.strictObject({ name, ...z.object(attributes).partial().shape })
  .openapi("CreateCampaign");

/** Changes to a campaign: keys left out stay, null clears. */
export const UpdateCampaign = z.strictObject({ name, ...attributes }).partial()
  .openapi("UpdateCampaign");

/** A campaign. */
export const Campaign = z.object({
  id: Id,
  agencyId: Id,
  name,
  status: CampaignStatus,
  ...attributes,
  createdBy: Id.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
}).openapi("Campaign");

/** Query of the campaign list. */
export const CampaignQuery = listQuery(
  ["createdAt", "updatedAt", "name", "status"],
  { status: CampaignStatus.optional(), clientId: Id.optional() },
);

/** A move of a campaign's life. */
export const SetCampaignStatus = z.strictObject({
  status: CampaignStatus.meta({ example: "active" }),
}).openapi("SetCampaignStatus");

/** A campaign with its client's name and what has come of it. */
export const CampaignSummary = Campaign.extend({
  clientName: z.string().nullable().meta({ example: "The Harbour" }),
  leadsTotal: z.number().int().meta({ example: 120 }),
  leadsQualified: z.number().int().meta({ example: 30 }),
  leadsConverted: z.number().int().meta({ example: 15 }),
  conversionRate: Rate,
}).openapi("CampaignSummary");

/** A campaign as it was at a moment, where its figures are not told, or as it is. */
export const CampaignAt = CampaignSummary.partial({
  clientName: true,
  leadsTotal: true,
  leadsQualified: true,
  leadsConverted: true,
  conversionRate: true,
}).openapi("CampaignAt");

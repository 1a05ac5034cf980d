import { z } from "@hono/zod-openapi";
import type { Json } from "../_shared/database.types.ts";
import { FieldName, MachineCode, toColumns } from "../_shared/mapping.ts";
import { Id, JsonObject, listQuery, PageQuery, Tags, Timestamp } from "../_shared/schemas.ts";

/** How far a lead has come. */
export const LeadStatus = z.enum([
  "new",
  "contacted",
  "responded",
  "qualified",
  "converted",
  "rejected",
]);
/** How soon a lead should be worked. */
export const LeadPriority = z.enum(["low", "medium", "high", "urgent"]);
/** The grade of a score. */
export const Grade = z.enum(["A", "B", "C", "D", "F"]);

const text = (example: string) => z.string().nullable().meta({ example });
const moment = Timestamp.nullable().meta({ example: null });

const attributes = {
  firstName: text("Ada"),
  lastName: text("Byron"),
  email: z.string().nullable().meta({ example: "ada@example.com" }),
  phone: text("+44 20 7946 0018"),
  company: text("Analytical Engines"),
  title: text("Head of Marketing"),
  website: text("https://example.com"),
  linkedinUrl: text("https://www.linkedin.com/in/ada"),
  city: text("London"),
  country: text("GB"),
  industry: text("Software"),
  status: LeadStatus,
  priority: LeadPriority,
  qualificationNotes: text("Met at the fair"),
  contact: JsonObject,
  companyData: JsonObject,
  sourceData: JsonObject,
  customFields: JsonObject,
  tags: Tags,
  lastContactedAt: moment,
  respondedAt: moment,
  qualifiedAt: moment,
  convertedAt: moment,
};

/** What a caller may say about a lead. */
export const LeadAttributes = z.strictObject(attributes).partial();

/** The path of one lead. */
export const LeadParams = z.object({ leadId: Id });

/** A new lead. */
export const CreateLead = LeadAttributes.extend({ campaignId: Id }).openapi("CreateLead");

/** Changes to a lead: keys left out stay, null clears. */
export const UpdateLead = LeadAttributes.openapi("UpdateLead");

/** A lead. */
export const Lead = z.object({
  id: Id,
  agencyId: Id,
  campaignId: Id,
  dataSourceId: Id.nullable().meta({ description: "Where the lead was found first." }),
  scrapingJobId: Id.nullable().meta({ description: "The job that created the lead." }),
  ...attributes,
  qualificationScore: z.number().int().nullable().meta({
    description: "A person's judgement, 1 to 5.",
    example: 4,
  }),
  qualificationData: JsonObject,
  score: z.number().meta({ description: "The model's judgement, 0 to 100.", example: 72.5 }),
  scoreGrade: Grade.meta({ example: "B" }),
  scoredAt: Timestamp,
  scoreModelVersion: z.number().int(),
  assignedTo: Id.nullable(),
  assignedAt: Timestamp.nullable(),
  assignmentReason: text("manual"),
  deletedAt: moment,
  createdAt: Timestamp,
  updatedAt: Timestamp,
}).openapi("Lead");

/** A lead with the names of its campaign and assignee. */
export const LeadDetails = Lead.extend({
  campaignName: z.string().nullable().meta({ example: "Spring tour" }),
  clientId: Id.nullable(),
  assigneeEmail: z.string().nullable().meta({ example: "sam@example.com" }),
  assigneeName: z.string().nullable().meta({ example: "Sam Okoro" }),
}).openapi("LeadDetails");

const filters = {
  status: LeadStatus.optional(),
  priority: LeadPriority.optional(),
  campaignId: Id.optional(),
  dataSourceId: Id.optional().meta({ description: "Found first by this source." }),
  scrapingJobId: Id.optional().meta({ description: "Created by this job." }),
  assignedTo: Id.optional(),
  grade: Grade.optional(),
  minScore: z.coerce.number().min(0).max(100).optional().meta({ type: "number", example: 50 }),
  tag: z.string().min(1).optional().meta({ example: "vip" }),
};

/** Query of the lead list. */
export const LeadQuery = listQuery(
  ["createdAt", "updatedAt", "score", "lastName", "company", "status", "priority"],
  filters,
);

/** Query of the export: the list's filters, without pages. */
export const ExportQuery = z.strictObject({
  format: z.literal("csv").default("csv").meta({ example: "csv" }),
  search: LeadQuery.shape.search,
  ...filters,
});

/** A person's judgement of a lead. */
export const QualifyLead = z.strictObject({
  score: z.number().int().min(1).max(5).meta({
    description: "4 and 5 qualify the lead, 1 and 2 reject it, 3 leaves its status.",
    example: 4,
  }),
  criteria: JsonObject.optional(),
  notes: z.string().optional().meta({ example: "Has budget, decides in March" }),
}).openapi("QualifyLead");

const assignee = z.string().min(1).meta({
  description: "Id or e-mail address of an active member.",
  example: "sam@example.com",
});

/** Who shall work a lead. */
export const AssignLead = z.strictObject({ assignee }).openapi("AssignLead");

/** How to spread a campaign's leads over members. */
export const AutoAssignLeads = z.strictObject({
  campaignId: Id,
  strategy: z.enum(["round_robin", "weighted", "capacity"]).optional(),
  leadIds: z.array(Id).min(1).optional().meta({
    description: "Only these leads; all unassigned ones of the campaign unless told.",
  }),
  weights: JsonObject.optional().meta({
    description: "Shares by the member's id; only the members named get leads.",
    example: { "0199a3c4-d5e6-7890-8abc-def012345678": 2 },
  }),
  capacity: z.number().int().positive().optional().meta({
    description: "The most open leads a member may hold.",
    example: 50,
  }),
}).openapi("AutoAssignLeads");

const ids = z.array(Id).min(1).max(100);

/** What may be said about many leads at once; not who they are. */
export const BulkChanges = LeadAttributes.pick({
  status: true,
  priority: true,
  title: true,
  website: true,
  city: true,
  country: true,
  industry: true,
  qualificationNotes: true,
  tags: true,
});

/** Changes to many leads. */
export const BulkUpdate = z.strictObject({ ids, changes: BulkChanges }).openapi("BulkUpdate");
/** One assignee for many leads. */
export const BulkAssign = z.strictObject({ ids, assignee }).openapi("BulkAssign");
/** Leads to delete. */
export const BulkDelete = z.strictObject({ ids }).openapi("BulkDelete");

/** What became of each lead of a bulk operation. */
export const BulkResult = z.object({
  succeeded: z.number().int(),
  failed: z.number().int().meta({ example: 0 }),
  results: z.array(z.object({
    id: Id,
    ok: z.boolean(),
    code: MachineCode.optional(),
    error: z.string().optional().meta({ description: "A sentence for a person." }),
  })).meta({ example: [{ id: "0199a3c4-d5e6-7890-8abc-def012345678", ok: true }] }),
}).openapi("BulkResult");

/** Most rows an import takes. */
const MAX_IMPORT_ROWS = 10_000;

/** Rows to import: a faulty row is rejected by itself, so that its fields are not checked here. */
export const ImportLeads = z.strictObject({
  campaignId: Id,
  rows: z.array(
    z.unknown().meta({ type: "object", description: "The fields of UpdateLead." }),
  ).min(1).max(MAX_IMPORT_ROWS).meta({
    example: [{ firstName: "Ada", email: "ada@example.com", customFields: { city: "London" } }],
  }),
}).openapi("ImportLeads");

const count = z.number().int().nonnegative();

/** What became of the rows of an import. */
export const ImportResult = z.object({
  created: count,
  updated: count.meta({ example: 0 }),
  duplicate: count.meta({ example: 0 }),
  rejected: count.meta({ example: 1 }),
  errors: z.array(z.object({
    row: z.number().int().meta({ description: "Counted from 1.", example: 2 }),
    field: FieldName.nullable(),
    reason: z.string().meta({ example: "This is not an e-mail address." }),
  })),
}).openapi("ImportResult");

/** How leads were spread. */
export const AutoAssignResult = z.object({
  assigned: count,
  unassigned: count.meta({ example: 0 }),
  results: z.array(z.object({
    id: Id,
    assignedTo: Id,
    reason: z.string().meta({ example: "round_robin: open lead number 3 of this member" }),
  })),
}).openapi("AutoAssignResult");

/** Which moment's score to explain. */
export const ScoreQuery = z.strictObject({
  at: Timestamp.optional().meta({
    description:
      "How the present model judges the lead at that moment; as last scored unless told.",
  }),
});

/** A score and everything it is the sum of. */
export const LeadScore = z.object({
  leadId: Id,
  score: z.number().meta({ example: 72.5 }),
  grade: Grade.meta({ example: "B" }),
  base: z.number().meta({ example: 20 }),
  modelId: Id,
  modelVersion: z.number().int(),
  scoredAt: Timestamp,
  contributions: z.array(z.object({
    ruleId: Id.nullable(),
    group: z.string().meta({ example: "fit" }),
    field: z.string().nullable().meta({ example: "title" }),
    operator: z.string().nullable().meta({ example: "contains" }),
    description: z.string().nullable().meta({ example: "Decides about budgets" }),
    points: z.number().meta({ example: 15 }),
    evidence: z.unknown().meta({ description: "What the rule saw." }),
  })),
}).openapi("LeadScore");

const RECORDABLE = [
  "note",
  "email_sent",
  "email_opened",
  "email_clicked",
  "email_bounced",
  "replied",
  "call",
  "meeting",
  "form_submitted",
  "page_visited",
] as const;
/** Kinds of activity; the last three are recorded by the system alone. */
const activityType = z.enum([...RECORDABLE, "status_changed", "assigned", "scored"]);

/** Query of a lead's activities. */
export const ActivityQuery = PageQuery.extend({ type: activityType.optional() });

/** Something that happened with a lead. */
export const RecordActivity = z.strictObject({
  type: z.enum(RECORDABLE),
  occurredAt: Timestamp.optional(),
  payload: JsonObject.optional(),
}).openapi("RecordActivity");

/** Something that happened with a lead, as recorded. */
export const LeadActivity = z.object({
  id: Id,
  leadId: Id,
  type: activityType,
  occurredAt: Timestamp,
  payload: JsonObject,
  actorId: Id.nullable(),
  createdAt: Timestamp,
}).openapi("LeadActivity");

const actor = z.object({
  type: z.enum(["user", "api_key", "system"]),
  id: Id.nullable(),
  name: z.string().nullable().meta({ example: "Ada Byron" }),
});

/** One step of a lead's history. */
export const LeadEvent = z.object({
  at: Timestamp,
  actor,
  action: z.string().meta({ example: "lead.updated" }),
  changes: z.record(FieldName, z.object({ from: z.unknown(), to: z.unknown() })).meta({
    description: "By field: what it was and what it became.",
    example: { city: { from: null, to: "Lisbon" } },
  }),
}).openapi("LeadEvent");

/** A row of an import in SQL's spelling. What is no object goes as it is, to be rejected there. */
export function toRow(row: unknown): Json {
  const isObject = typeof row === "object" && row !== null && !Array.isArray(row);
  return isObject ? toColumns(LeadAttributes, row) : row as Json;
}

/** The text of a CSV file. */
export const CsvText = z.string().meta({ example: "id,first_name\r\n" });

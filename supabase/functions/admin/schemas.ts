import { z } from "@hono/zod-openapi";
import { Id, JsonObject, PageQuery, Timestamp } from "../_shared/schemas.ts";

const text = (example: string | null) => z.string().nullable().meta({ example });
const moment = Timestamp.nullable();

/** The path of one user. */
export const UserParams = z.object({ userId: Id });

/** Query of the list of users. */
export const UserQuery = PageQuery.extend({
  search: z.string().min(1).max(200).optional().meta({
    description: "Looks into name and e-mail.",
    example: "ada",
  }),
});

/** What staff may change of a user: keys left out stay, null clears. */
export const UpdateUser = z.strictObject({
  fullName: text("Ada Byron"),
  avatarUrl: text(null),
  phone: text("+44 20 7946 0018"),
  locale: z.string().meta({ example: "en" }),
  timezone: z.string().meta({ example: "UTC" }),
  preferences: JsonObject,
}).partial().openapi("UpdateUser");

/** A new account. */
export const CreateUser = z.strictObject({
  email: z.email().max(320),
  password: z.string().min(1).max(72).optional().meta({
    description: "Without one the user asks for a reset first.",
    example: "correct horse battery",
  }),
  fullName: z.string().min(1).max(200).meta({ example: "Ada Byron" }),
}).openapi("CreateUser");

/** A user as staff see one. */
export const User = z.object({
  id: Id,
  email: z.email(),
  fullName: text("Ada Byron"),
  avatarUrl: text(null),
  phone: text(null),
  locale: z.string().meta({ example: "en" }),
  timezone: z.string().meta({ example: "UTC" }),
  preferences: JsonObject,
  activeAgencyId: Id.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  lastSignInAt: moment,
  emailConfirmedAt: moment,
  isStaff: z.boolean().meta({ example: false }),
  agencies: z.array(z.object({
    id: Id,
    name: z.string().meta({ example: "Northern Lights" }),
    status: z.enum(["active", "suspended"]),
    roles: z.array(z.string()).meta({ example: ["owner"] }),
  })),
}).openapi("User");

/** Query of the audit log. */
export const AuditQuery = PageQuery.extend({
  agencyId: Id.optional().meta({
    description: "For staff, where it is left out: every agency and the platform itself.",
  }),
  action: z.string().min(1).max(100).optional().meta({ example: "lead.assigned" }),
  entity: z.string().min(1).max(100).optional().meta({ example: "lead" }),
  entityId: Id.optional(),
  actorId: Id.optional(),
  since: Timestamp.optional().meta({ description: "From this moment on." }),
  until: Timestamp.optional().meta({ description: "Before this moment." }),
});

/** Something that was done. */
export const AuditEvent = z.object({
  id: Id,
  agencyId: Id.meta({ description: "Zeros for what is no agency's." }),
  agencyName: text("Northern Lights"),
  at: Timestamp,
  actorType: z.enum(["user", "api_key", "system"]),
  actorId: Id.nullable(),
  actorName: text("Ada Byron"),
  action: z.string().meta({ example: "lead.assigned" }),
  entity: z.string().meta({ example: "lead" }),
  entityId: Id.nullable(),
  before: JsonObject.nullable().meta({
    type: ["object", "null"],
    description: "As it was, in SQL's spelling.",
    example: { assigned_to: null },
  }),
  after: JsonObject.nullable().meta({
    type: ["object", "null"],
    description: "As it became, in SQL's spelling.",
    example: { assigned_to: "0199a3c4-d5e6-7890-8abc-def012345678" },
  }),
  requestId: text("req_0199a3c4d5e67890"),
  ip: text("203.0.113.9"),
  userAgent: text("curl/8"),
}).openapi("AuditEvent");

const count = z.number().int().nonnegative();
const in30Days = { created30d: count.meta({ description: "In the last 30 days.", example: 4 }) };

/** What lies in all agencies together. */
export const PlatformMetrics = z.object({
  at: Timestamp,
  agencies: z.object({ total: count, archived: count, ...in30Days }),
  users: z.object({ total: count, ...in30Days, signedIn30d: count }),
  campaigns: z.object({ total: count, active: count }),
  leads: z.object({ total: count, converted: count }),
}).openapi("PlatformMetrics");

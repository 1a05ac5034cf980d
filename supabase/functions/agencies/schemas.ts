import { z } from "@hono/zod-openapi";
import { Id, JsonObject, PageQuery, Timestamp } from "../_shared/schemas.ts";

const name = z.string().min(1).max(120).meta({ example: "Northern Lights" });
const slug = z.string().min(1).max(63).meta({
  description: "Unique short name for URLs: lower case, digits, hyphens.",
  example: "northern-lights",
});

/** Names of roles, at least one. */
export const Roles = z.array(z.string().min(1)).min(1).meta({ example: ["sales"] });

const clientId = Id.optional().meta({
  description: "For the role client: whose campaigns, leads and figures the member sees.",
});

/** The path of one agency. */
export const AgencyParams = z.object({ agencyId: Id });
/** The path of one member. */
export const MemberParams = AgencyParams.extend({ userId: Id });
/** The path of one invitation. */
export const InvitationParams = AgencyParams.extend({ invitationId: Id });
/** The path of an invitation by its secret. */
export const TokenParams = z.object({
  token: z.string().min(1).max(200).meta({ example: "kM3b1wqTg0-secret" }),
});

/** A new agency. */
export const CreateAgency = z.strictObject({ name, slug: slug.optional() }).openapi("CreateAgency");

/** Changes to an agency: keys left out stay. */
export const UpdateAgency = z.strictObject({ name, slug, settings: JsonObject }).partial()
  .openapi("UpdateAgency");

/** An agency. */
export const Agency = z.object({
  id: Id,
  name,
  slug,
  settings: JsonObject,
  createdBy: Id.nullable(),
  archivedAt: Timestamp.nullable().meta({ example: null }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
}).openapi("Agency");

/** The caller's profile. */
export const Profile = z.object({
  id: Id,
  email: z.email(),
  fullName: z.string().nullable().meta({ example: "Ada Byron" }),
  avatarUrl: z.string().nullable().meta({ example: null }),
  phone: z.string().nullable().meta({ example: null }),
  locale: z.string().meta({ example: "en" }),
  timezone: z.string().meta({ example: "UTC" }),
  preferences: JsonObject,
  activeAgencyId: Id.nullable(),
}).openapi("Profile");

/** Query of the member list. */
export const MemberQuery = PageQuery.extend({
  search: z.string().min(1).max(200).optional().meta({ example: "ada" }),
});

/** A member of an agency. */
export const Member = z.object({
  userId: Id,
  email: z.email(),
  fullName: z.string().nullable().meta({ example: "Ada Byron" }),
  avatarUrl: z.string().nullable().meta({ example: null }),
  title: z.string().nullable().meta({ example: "Account manager" }),
  status: z.enum(["active", "suspended"]),
  clientId: Id.nullable().meta({ example: null }),
  roles: Roles,
  createdAt: Timestamp,
}).openapi("Member");

/** The roles a member shall have from now on. */
export const SetMemberRoles = z.strictObject({ roles: Roles, clientId }).openapi("SetMemberRoles");

/** A role and what it allows. */
export const Role = z.object({
  role: z.string().meta({ example: "sales" }),
  title: z.string().meta({ example: "Sales" }),
  description: z.string().meta({ example: "Works the leads assigned to them" }),
  isSystem: z.boolean(),
  permissions: z.array(z.string()).meta({ example: ["leads.read_assigned"] }),
}).openapi("Role");

/** Whom to invite, as what. */
export const InviteMember = z.strictObject({ email: z.email(), roles: Roles, clientId })
  .openapi("InviteMember");

/** An invitation as the agency sees it. */
export const Invitation = z.object({
  id: Id,
  agencyId: Id,
  email: z.email(),
  roles: Roles,
  clientId: Id.nullable().meta({ example: null }),
  status: z.enum(["open", "accepted", "revoked", "expired"]),
  invitedBy: Id.nullable(),
  expiresAt: Timestamp,
  acceptedAt: Timestamp.nullable().meta({ example: null }),
  revokedAt: Timestamp.nullable().meta({ example: null }),
  createdAt: Timestamp,
}).openapi("Invitation");

/** A new invitation, with its secret. */
export const NewInvitation = Invitation.extend({
  token: z.string().meta({
    description: "Shown this once: give it to the person invited.",
    example: "kM3b1wqTg0-secret",
  }),
}).openapi("NewInvitation");

/** What an invitation offers, as the person invited sees it. */
export const InvitationPreview = z.object({
  agencyName: name,
  email: z.email(),
  roles: Roles,
  expiresAt: Timestamp,
}).openapi("InvitationPreview");

/** The secret of an invitation. */
export const AcceptInvitation = z.strictObject({ token: TokenParams.shape.token })
  .openapi("AcceptInvitation");

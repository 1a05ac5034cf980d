import { z } from "@hono/zod-openapi";
import { Id, JsonObject, PageQuery, Timestamp } from "../_shared/schemas.ts";

const name = z.string().min(1).max(120).meta({ example: "Northern Lights" });
const slug = z.string().min(1).max(63).meta({
  description: "Unique short name for URLs: lower case, digits, hyphens.",
  example: "northern-lights",
});

/** Names of roles, at least one. */
export const Roles = z.array(z.string().min(1)).min(1).meta({ example: ["sales"] });

const permission = z.string().min(1).max(100).meta({ example: "leads.read" });
const Permissions = z.array(permission).meta({ example: ["leads.read"] });

const clientId = Id.optional().meta({
  description: "For the role client: whose campaigns, leads and figures the member sees.",
});

/** The path of one agency. */
export const AgencyParams = z.object({ agencyId: Id });
/** The path of one member. */
export const MemberParams = AgencyParams.extend({ userId: Id });
/** The path of one role. */
export const RoleParams = AgencyParams.extend({
  role: z.string().min(1).max(60).meta({
    description: "Begins with `custom:`.",
    example: "custom:booker",
  }),
});
/** The path of one API key. */
export const ApiKeyParams = AgencyParams.extend({ apiKeyId: Id });
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

/** A permission allowed or denied to one member. */
const Override = z.object({
  permission,
  platform: z.string().nullable().meta({
    description: "Where it holds; null everywhere.",
    example: null,
  }),
  effect: z.enum(["allow", "deny"]),
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
  overrides: z.array(Override).meta({
    description: "Permissions allowed or denied beyond the roles.",
  }),
  createdAt: Timestamp,
}).openapi("Member");

/** An override to set, or with `effect` null to take away. */
export const SetMemberPermission = z.strictObject({
  ...Override.shape,
  effect: Override.shape.effect.nullable(),
  platform: Override.shape.platform.optional(),
}).openapi("SetMemberPermission");

/** Who shall own the agency. */
export const TransferAgency = z.strictObject({ userId: Id }).openapi("TransferAgency");

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

/** A role of the agency's own. */
export const AgencyRole = Role.omit({ isSystem: true }).extend({
  role: RoleParams.shape.role,
  agencyId: Id,
  createdAt: Timestamp,
  updatedAt: Timestamp,
}).openapi("AgencyRole");

/** What a role shall be called and allow. */
export const SetAgencyRole = z.strictObject({
  title: z.string().min(1).max(120).meta({ example: "Booker" }),
  permissions: Permissions,
  description: z.string().max(500).optional().meta({ example: "Books the venues" }),
}).openapi("SetAgencyRole");

/** A new key for a program. */
export const CreateApiKey = z.strictObject({
  name: z.string().min(1).max(120).meta({ example: "Website form" }),
  permissions: Permissions.min(1),
  expiresAt: Timestamp.optional().meta({ description: "Never unless told." }),
}).openapi("CreateApiKey");

/** An API key as the agency sees it. */
export const ApiKey = z.object({
  id: Id,
  agencyId: Id,
  name: CreateApiKey.shape.name,
  prefix: z.string().meta({ description: "To tell keys apart by.", example: "blk_kM3b1wqT" }),
  permissions: Permissions,
  createdBy: Id.nullable(),
  createdByEmail: z.email().nullable().meta({ description: "Null once the account is deleted." }),
  createdByMember: z.boolean().meta({
    description: "Whether its maker is an active member still; the key goes on either way.",
  }),
  expiresAt: Timestamp.nullable().meta({ example: null }),
  lastUsedAt: Timestamp.nullable().meta({ description: "To the minute.", example: null }),
  revokedAt: Timestamp.nullable().meta({ example: null }),
  createdAt: Timestamp,
}).openapi("ApiKey");

/** A new API key, with its secret. */
export const NewApiKey = ApiKey.extend({
  secret: z.string().meta({
    description: "Shown this once: `Authorization: Bearer <secret>` signs the program in.",
    example: "blk_kM3b1wqTg0-secret",
  }),
}).openapi("NewApiKey");

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
  agencyName: name,
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

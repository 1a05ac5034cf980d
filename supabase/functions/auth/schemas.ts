import { z } from "@hono/zod-openapi";
import { Profile } from "../agencies/schemas.ts";
import { Id, Timestamp } from "../_shared/schemas.ts";

const email = z.email().max(320);
const password = z.string().min(1).max(72).meta({ example: "correct horse battery" });

/** A new user, who founds an agency, joins one by invitation, or neither. */
export const SignUp = z.strictObject({
  email,
  password,
  fullName: z.string().min(1).max(200).meta({ example: "Ada Byron" }),
  agencyName: z.string().min(1).max(120).optional().meta({
    description: "Founds this agency, with the user as its owner.",
    example: "Northern Lights",
  }),
  invitationToken: z.string().min(1).max(200).optional().meta({
    description: "Joins the agency that invited this e-mail address. Not with agencyName.",
  }),
}).refine((body) => !(body.agencyName && body.invitationToken), {
  message: "Give agencyName or invitationToken, not both",
  path: ["invitationToken"],
}).openapi("SignUp");

/** Credentials. */
export const SignIn = z.strictObject({ email, password }).openapi("SignIn");

/** Query of the OAuth callback, as the provider's redirect brings it. */
export const CallbackQuery = z.object({
  code: z.string().max(2000).optional().meta({ example: "a1b2c3" }),
  codeVerifier: z.string().max(200).optional().meta({
    description: "The PKCE verifier; may come as the cookie `backline-code-verifier` instead.",
    example: "kM3b1wqTg0",
  }),
  error: z.string().optional(),
  error_description: z.string().optional(),
});

/** A refresh token. */
export const Refresh = z.strictObject({
  refreshToken: z.string().min(1).max(1000).meta({ example: "v1.refresh-token" }),
}).openapi("Refresh");

/** Which sessions end. */
export const Logout = z.strictObject({
  scope: z.enum(["local", "global", "others"]).default("local").meta({
    description: "This session, every session of the user, or every other.",
    example: "local",
  }),
}).openapi("Logout");

/** The user of a session. */
const SessionUser = z.object({ id: Id, email: z.email() });

/** A session. */
export const Session = z.object({
  accessToken: z.string().meta({ example: "eyJhbGciOiJFUzI1NiJ9.e30.c2ln" }),
  refreshToken: z.string().meta({ example: "v1.refresh-token" }),
  expiresIn: z.number().int().meta({ description: "Seconds.", example: 3600 }),
  expiresAt: z.number().int().meta({ description: "Seconds since 1970.", example: 1793612400 }),
  tokenType: z.string().meta({ example: "bearer" }),
  user: SessionUser,
}).openapi("Session");

/** A new user; without a session while the e-mail address waits for confirmation. */
export const SignUpResult = Session.partial().extend({ user: SessionUser }).openapi("SignUpResult");

/** Nothing to tell. */
export const Nothing = z.null();

const names = (example: string) => z.array(z.string()).meta({ example: [example] });

/** The caller: profile, agencies, and what they may do in the agency meant. */
export const Me = Profile.extend({
  roles: names("owner"),
  permissions: names("leads.read"),
  agencies: z.array(z.object({
    id: Id,
    name: z.string().meta({ example: "Northern Lights" }),
    slug: z.string().meta({ example: "northern-lights" }),
    status: z.enum(["active", "suspended"]),
    roles: names("owner"),
    archivedAt: Timestamp.nullable().meta({ example: null }),
  })),
}).openapi("Me");

/** Which agency is asked about. */
export const PermissionsQuery = z.strictObject({
  agencyId: Id.optional().meta({ description: "The agency meant unless told." }),
}).openapi("PermissionsQuery");

/** What the caller may do in an agency. */
export const Permissions = z.object({
  agencyId: Id,
  roles: names("owner"),
  permissions: names("leads.read"),
}).openapi("Permissions");

/** What the caller sees outside of their agencies, table by table: nothing, or the isolation is broken. */
export const Isolation = z.object({
  isolated: z.boolean(),
  tables: z.array(z.object({
    table: z.string().meta({ example: "leads" }),
    rowsOutside: z.number().int().meta({ example: 0 }),
  })),
}).openapi("Isolation");

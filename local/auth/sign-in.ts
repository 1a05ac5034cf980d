/** Sign-up, sign-in, and the account of the person signed in. */
import type { TransactionSql } from "postgres";
import { type AuthContext, type Handler, metadata, text } from "./context.ts";
import { AuthError } from "./errors.ts";
import { closeSessions, isBanned, openSession, refreshSession } from "./sessions.ts";
import { issueToken, rememberChallenge, sendToken } from "./tokens.ts";
import {
  checkEmail,
  checkPassword,
  confirmEmail,
  createUser,
  findUser,
  getUser,
  hasPassword,
  setPassword,
  updateUserData,
  type User,
  userJson,
} from "./users.ts";

/** `POST /signup` */
export const signUp: Handler = async (ctx) => {
  const { sql, config } = ctx;
  if (!config.enableSignup) {
    throw new AuthError(422, "signup_disabled", "Signups not allowed for this instance");
  }
  if (!ctx.body.email) return await signUpAnonymously(ctx);
  if (!config.emailEnabled || !config.emailSignup) {
    throw new AuthError(400, "email_provider_disabled", "Email signups are disabled");
  }
  const email = checkEmail(ctx.body.email), password = text(ctx, "password");
  if (!password) {
    throw new AuthError(400, "validation_failed", "Signup requires a valid password");
  }
  checkPassword(password, config);
  const existing = await findUser(sql, { email });
  if (existing?.email_confirmed_at) {
    if (!config.confirmEmail) {
      throw new AuthError(422, "user_already_exists", "User already registered");
    }
    // The same answer as to a new address, so that nobody learns who has an account.
    return Response.json({
      ...await userJson(sql, { ...existing, id: crypto.randomUUID(), raw_user_meta_data: {} }),
      identities: [],
    });
  }
  const answer = await sql.begin(async (tx) => {
    const user = existing ??
      await createUser(tx, { email, password, data: metadata(ctx.body.data), provider: "email" });
    if (!config.confirmEmail) {
      await confirmEmail(tx, user.id);
      return await openSession(ctx, tx, user.id, "password");
    }
    await rememberChallenge(ctx, tx, user.id, "email/signup");
    await sendToken(
      ctx,
      email,
      "signup",
      await issueToken(ctx, tx, user, "confirmation_token", email),
    );
    return await userJson(tx, await getUser(tx, user.id));
  });
  return Response.json(answer);
};

async function signUpAnonymously(ctx: AuthContext): Promise<Response> {
  if (!ctx.config.enableAnonymous) {
    throw new AuthError(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled");
  }
  const data = metadata(ctx.body.data);
  return Response.json(
    await ctx.sql.begin(async (tx) => {
      const user = await createUser(tx, { email: null, data, provider: "anonymous" });
      return await openSession(ctx, tx, user.id, "anonymous");
    }),
  );
}

/** `POST /token?grant_type=password|refresh_token|pkce` */
export const token: Handler = async (ctx) => {
  switch (ctx.url.searchParams.get("grant_type")) {
    case "password":
      return Response.json(await passwordGrant(ctx));
    case "refresh_token":
      return Response.json(await refreshSession(ctx, ctx.body.refresh_token));
    case "pkce":
      return Response.json(await pkceGrant(ctx));
    default:
      throw new AuthError(400, "invalid_credentials", "unsupported_grant_type");
  }
};

async function passwordGrant(ctx: AuthContext) {
  const email = text(ctx, "email").toLowerCase();
  if (!email) throw new AuthError(400, "validation_failed", "missing email or phone");
  const user = await findUser(ctx.sql, { email });
  const wrong = new AuthError(400, "invalid_credentials", "Invalid login credentials");
  if (!user) throw wrong;
  if (isBanned(user)) throw new AuthError(400, "user_banned", "User is banned");
  if (!await hasPassword(ctx.sql, user, text(ctx, "password"))) throw wrong;
  if (!user.email_confirmed_at) {
    throw new AuthError(400, "email_not_confirmed", "Email not confirmed");
  }
  return await ctx.sql.begin((tx) => openSession(ctx, tx, user.id, "password"));
}

async function pkceGrant(ctx: AuthContext) {
  const code = text(ctx, "auth_code"), verifier = text(ctx, "code_verifier");
  if (!code || !verifier) {
    throw new AuthError(
      400,
      "validation_failed",
      "invalid request: both auth code and code verifier should be non-empty",
    );
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const s256 = new Uint8Array(digest).toBase64({ alphabet: "base64url", omitPadding: true });
  return await ctx.sql.begin(async (tx) => {
    const [flow] = await tx<
      { user_id: string; code_challenge: string; method: string; authentication_method: string }[]
    >`
      delete from auth.flow_state
       where auth_code = ${code} and user_id is not null and auth_code_issued_at is not null
      returning user_id, code_challenge, code_challenge_method as method, authentication_method`;
    if (!flow) {
      throw new AuthError(
        404,
        "flow_state_not_found",
        "invalid flow state, no valid flow state found",
      );
    }
    if (flow.code_challenge !== (flow.method === "plain" ? verifier : s256)) {
      throw new AuthError(
        400,
        "bad_code_verifier",
        "code challenge does not match previously saved code verifier",
      );
    }
    return await openSession(ctx, tx, flow.user_id, flow.authentication_method);
  });
}

/** The user and session of the caller's token; both must still exist. */
async function caller(ctx: AuthContext): Promise<{ user: User; sessionId?: string }> {
  const { sub, session_id: sessionId } = ctx.claims;
  if (!sub) throw new AuthError(403, "bad_jwt", "invalid claim: missing sub claim");
  const user = await findUser(ctx.sql, { id: sub });
  if (!user) {
    throw new AuthError(403, "user_not_found", "User from sub claim in JWT does not exist");
  }
  if (isBanned(user)) throw new AuthError(403, "user_banned", "User is banned");
  if (typeof sessionId !== "string") return { user };
  const [session] = await ctx.sql`select from auth.sessions where id = ${sessionId}`;
  if (!session) {
    throw new AuthError(
      403,
      "session_not_found",
      "Session from session_id claim in JWT does not exist",
    );
  }
  return { user, sessionId };
}

/** `GET /user` */
export const readUser: Handler = async (ctx) =>
  Response.json(await userJson(ctx.sql, (await caller(ctx)).user));

/** `PUT /user`: own metadata, password, e-mail address (which the mailboxes must confirm). */
export const updateUser: Handler = async (ctx) => {
  const { user, sessionId } = await caller(ctx);
  const password = text(ctx, "password");
  if (password) {
    checkPassword(password, ctx.config);
    if (await hasPassword(ctx.sql, user, password)) {
      throw new AuthError(
        422,
        "same_password",
        "New password should be different from the old password.",
      );
    }
  }
  const email = ctx.body.email ? checkEmail(ctx.body.email) : user.email;
  if (email && email !== user.email && await findUser(ctx.sql, { email })) {
    throw new AuthError(
      422,
      "email_exists",
      "A user with this email address has already been registered",
    );
  }
  return Response.json(
    await ctx.sql.begin(async (tx) => {
      if (password) {
        await setPassword(tx, user.id, password);
        await closeSessions(tx, user.id, sessionId, "others");
      }
      if (ctx.body.data) await updateUserData(tx, user.id, metadata(ctx.body.data));
      if (email && email !== user.email) await requestEmailChange(ctx, tx, user, email);
      return await userJson(tx, await getUser(tx, user.id));
    }),
  );
};

/** Mails the new address and, with double confirmation, the current one. */
export async function requestEmailChange(
  ctx: AuthContext,
  tx: TransactionSql,
  user: User,
  email: string,
): Promise<void> {
  await tx`
    update auth.users
       set email_change = ${email}, email_change_confirm_status = 0, updated_at = now()
     where id = ${user.id}`;
  await rememberChallenge(ctx, tx, user.id, "email_change");
  const fresh = await issueToken(ctx, tx, user, "email_change_token_new", email);
  await sendToken(ctx, email, "email_change", fresh);
  if (ctx.config.doubleConfirmChanges && user.email) {
    const known = await issueToken(ctx, tx, user, "email_change_token_current", user.email);
    await sendToken(ctx, user.email, "email_change", known);
  }
}

/** `POST /logout?scope=global|local|others` */
export const logout: Handler = async (ctx) => {
  const { user, sessionId } = await caller(ctx);
  await closeSessions(ctx.sql, user.id, sessionId, ctx.url.searchParams.get("scope") ?? "global");
  return new Response(null, { status: 204 });
};

/** Flows that go through the mailbox: recovery, magic links, resending, verification. */
import type { TransactionSql } from "postgres";
import { type AuthContext, type Handler, metadata, redirectTarget, text } from "./context.ts";
import { AuthError } from "./errors.ts";
import { isBanned, openSession } from "./sessions.ts";
import { requestEmailChange } from "./sign-in.ts";
import {
  issueToken,
  rememberChallenge,
  sendToken,
  takeToken,
  tokenHash,
  type TokenType,
} from "./tokens.ts";
import {
  checkEmail,
  confirmEmail,
  createUser,
  findUser,
  getUser,
  json,
  type Metadata,
  type User,
} from "./users.ts";

/** `POST /recover`: always 200, whether the address is known or not. */
export const recover: Handler = async (ctx) => {
  const user = await findUser(ctx.sql, { email: checkEmail(ctx.body.email) });
  if (user) await mailRecovery(ctx, user, "recovery");
  return Response.json({});
};

/** `POST /otp` (also `/magiclink`): mails a link and a code, creating the user unless told not to. */
export const otp: Handler = async (ctx) => {
  const email = checkEmail(ctx.body.email);
  const user = await findUser(ctx.sql, { email });
  if (!user && (ctx.body.create_user === false || !ctx.config.enableSignup)) {
    throw new AuthError(422, "otp_disabled", "Signups not allowed for otp");
  }
  if (user?.email_confirmed_at || (user && !ctx.config.confirmEmail)) {
    await mailRecovery(ctx, user, "magiclink");
    return Response.json({});
  }
  const created = user ??
    await ctx.sql.begin(async (tx) => {
      const fresh = { email, data: metadata(ctx.body.data), provider: "email" };
      const user = await createUser(tx, fresh);
      if (!ctx.config.confirmEmail) await confirmEmail(tx, user.id);
      return user;
    });
  if (ctx.config.confirmEmail) await mailConfirmation(ctx, created, email);
  else await mailRecovery(ctx, created, "magiclink");
  return Response.json({});
};

/** `POST /resend` for `signup` and `email_change`. */
export const resend: Handler = async (ctx) => {
  const user = await findUser(ctx.sql, { email: checkEmail(ctx.body.email) });
  if (text(ctx, "type") === "signup") {
    if (user?.email && !user.email_confirmed_at) await mailConfirmation(ctx, user, user.email);
  } else if (text(ctx, "type") === "email_change") {
    const change = user?.email_change;
    if (user && change) await ctx.sql.begin((tx) => requestEmailChange(ctx, tx, user, change));
  } else {
    throw new AuthError(
      400,
      "validation_failed",
      "Missing one of these types: signup, email_change, sms, phone_change",
    );
  }
  return Response.json({});
};

async function mailRecovery(ctx: AuthContext, user: User, type: "recovery" | "magiclink") {
  await ctx.sql.begin(async (tx) => {
    await rememberChallenge(ctx, tx, user.id, type);
    const email = user.email ?? "";
    await sendToken(ctx, email, type, await issueToken(ctx, tx, user, "recovery_token", email));
  });
}

async function mailConfirmation(ctx: AuthContext, user: User, email: string) {
  await ctx.sql.begin(async (tx) => {
    await rememberChallenge(ctx, tx, user.id, "email/signup");
    const token = await issueToken(ctx, tx, user, "confirmation_token", email);
    await sendToken(ctx, email, "signup", token);
  });
}

/** Which stored tokens a verification type may use up. */
const TOKENS_OF: Record<string, TokenType[]> = {
  signup: ["confirmation_token"],
  invite: ["confirmation_token"],
  recovery: ["recovery_token"],
  magiclink: ["recovery_token"],
  email: ["confirmation_token", "recovery_token"],
  email_change: ["email_change_token_new", "email_change_token_current"],
};

const HALF_WAY =
  "Confirmation link accepted. Please proceed to confirm link sent to the other email";

/** Uses up a token and does what it is for; null when the other mailbox has to confirm too. */
async function verifyToken(
  ctx: AuthContext,
  tx: TransactionSql,
  type: string,
  hash: string,
): Promise<User | null> {
  const types = TOKENS_OF[type];
  if (!types) throw new AuthError(400, "validation_failed", "Invalid email verification type");
  const taken = await takeToken(ctx, tx, hash, types);
  if (!taken) {
    throw new AuthError(403, "otp_expired", "Email link is invalid or has expired");
  }
  const user = await getUser(tx, taken.userId);
  if (isBanned(user)) throw new AuthError(403, "user_banned", "User is banned");
  if (type === "email_change") {
    if (ctx.config.doubleConfirmChanges && user.email && user.email_change_confirm_status === 0) {
      await tx`update auth.users set email_change_confirm_status = 1 where id = ${user.id}`;
      return null;
    }
    await changeEmail(tx, user);
  } else {
    await confirmEmail(tx, user.id);
  }
  return await getUser(tx, user.id);
}

async function changeEmail(tx: TransactionSql, user: User): Promise<void> {
  const claims = json(tx, { email: user.email_change, email_verified: true });
  await tx`
    update auth.users
       set email = email_change, email_change = '', email_change_confirm_status = 0,
           email_confirmed_at = now(), is_anonymous = false,
           raw_user_meta_data = raw_user_meta_data || ${claims}, updated_at = now()
     where id = ${user.id}`;
  await tx`
    update auth.identities set identity_data = identity_data || ${claims}, updated_at = now()
     where user_id = ${user.id} and provider = 'email'`;
  await tx`delete from auth.one_time_tokens
            where user_id = ${user.id} and token_type::text like 'email_change%'`;
}

/** `POST /verify`: a code with its address, or a token hash; answers a session. */
export const verify: Handler = async (ctx) => {
  const type = text(ctx, "type");
  const code = text(ctx, "token"), given = text(ctx, "token_hash");
  if (!type || Boolean(code) === Boolean(given)) {
    const message = type
      ? "Verify requires either a token or a token hash"
      : "Verify requires a verification type";
    throw new AuthError(400, "validation_failed", message);
  }
  const hash = given || tokenHash(checkEmail(ctx.body.email), code);
  return Response.json(
    await ctx.sql.begin(async (tx): Promise<Metadata> => {
      const user = await verifyToken(ctx, tx, type, hash);
      return user ? await openSession(ctx, tx, user.id, "otp") : { msg: HALF_WAY, code: "200" };
    }),
  );
};

/** `GET /verify`: the link of a mail; leads back to the application with a session or an error. */
export const followLink: Handler = async (ctx) => {
  const query = ctx.url.searchParams;
  const hash = query.get("token") ?? "", type = query.get("type") ?? "";
  const target = new URL(redirectTarget(ctx));
  const pkce = hash.startsWith("pkce_");
  try {
    await ctx.sql.begin(async (tx) => {
      const user = await verifyToken(ctx, tx, type, hash.replace(/^pkce_/, ""));
      if (!user) {
        target.hash = String(new URLSearchParams({ message: HALF_WAY }));
        if (pkce) target.searchParams.set("message", HALF_WAY);
      } else if (pkce) {
        target.searchParams.set("code", await releaseCode(tx, user.id, type));
      } else {
        target.hash = sessionFragment(await openSession(ctx, tx, user.id, "otp"), { type });
      }
    });
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const fault = {
      error: error.status === 403 ? "access_denied" : "invalid_request",
      error_code: error.code,
      error_description: error.message,
    };
    target.hash = String(new URLSearchParams(fault));
    if (pkce) {
      for (const [name, value] of Object.entries(fault)) target.searchParams.set(name, value);
    }
  }
  return Response.redirect(target, 303);
};

/** The authorization code that was made when the mail was asked for. */
async function releaseCode(tx: TransactionSql, userId: string, type: string): Promise<string> {
  const method = type === "signup" || type === "invite" ? "email/signup" : type;
  const [flow] = await tx<{ auth_code: string }[]>`
    update auth.flow_state set auth_code_issued_at = now()
     where id = (select f.id from auth.flow_state as f
                  where f.user_id = ${userId} and f.authentication_method = ${method}
                  order by f.created_at desc limit 1)
    returning auth_code`;
  if (!flow) {
    throw new AuthError(400, "flow_state_not_found", "No associated flow state found.");
  }
  return flow.auth_code;
}

/** A session as the fragment of a redirect (implicit flow). */
export function sessionFragment(session: Metadata, more: Record<string, string>): string {
  const { access_token, expires_at, expires_in, refresh_token, token_type } = session;
  const members = { access_token, expires_at, expires_in, refresh_token, token_type, ...more };
  return String(
    new URLSearchParams(
      Object.entries(members).map(([name, value]) => [name, String(value)]),
    ),
  );
}

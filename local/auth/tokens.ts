/** One-time tokens: the codes and links of confirmation, recovery, magic-link and change mails. */
import { createHash, randomInt } from "node:crypto";
import { type AuthContext, redirectTarget, text } from "./context.ts";
import { AuthError } from "./errors.ts";
import { type Db, type User } from "./users.ts";

/** Kinds of auth.one_time_tokens. */
export type TokenType =
  | "confirmation_token"
  | "recovery_token"
  | "email_change_token_new"
  | "email_change_token_current";

/** A fresh token in its three forms. */
export interface OneTimeToken {
  /** Six digits, to type in together with the address. */
  otp: string;
  /** What links carry and `verifyOtp({ token_hash })` takes. */
  hash: string;
}

const COLUMN_SENT_AT: Record<TokenType, string> = {
  confirmation_token: "confirmation_sent_at",
  recovery_token: "recovery_sent_at",
  email_change_token_new: "email_change_sent_at",
  email_change_token_current: "email_change_sent_at",
};

/** The hash under which a code is stored: address and code together. */
export function tokenHash(email: string, otp: string): string {
  return createHash("sha224").update(email + otp).digest("hex");
}

/** Replaces the user's token of this type. */
export async function issueToken(
  ctx: AuthContext,
  db: Db,
  user: User,
  type: TokenType,
  email: string,
): Promise<OneTimeToken> {
  const length = ctx.config.otpLength;
  const otp = String(randomInt(10 ** length)).padStart(length, "0");
  const hash = (text(ctx, "code_challenge") ? "pkce_" : "") + tokenHash(email, otp);
  await db`
    insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to)
    values (${crypto.randomUUID()}, ${user.id}, ${type}, ${hash}, ${email})
    on conflict (user_id, token_type) do update
      set token_hash = excluded.token_hash, relates_to = excluded.relates_to,
          created_at = now(), updated_at = now()`;
  await db`update auth.users set ${db({ [COLUMN_SENT_AT[type]]: new Date() })}
            where id = ${user.id}`;
  return { otp, hash };
}

/** Uses up a token and says whose it was; null when it is unknown or too old. */
export async function takeToken(
  ctx: AuthContext,
  db: Db,
  hash: string,
  types: TokenType[],
): Promise<{ userId: string; type: TokenType } | null> {
  const [row] = await db<{ user_id: string; token_type: TokenType; fresh: boolean }[]>`
    delete from auth.one_time_tokens
     where token_hash in (${hash}, ${`pkce_${hash}`})
       and token_type::text = any (${types})
    returning user_id, token_type,
              created_at > now() - make_interval(secs => ${ctx.config.otpExpiry}) as fresh`;
  return row?.fresh ? { userId: row.user_id, type: row.token_type } : null;
}

/** The link that verifies a token and leads back to the application. */
export function actionLink(ctx: AuthContext, hash: string, type: string, target?: string): string {
  const query = new URLSearchParams({
    token: hash,
    type,
    redirect_to: redirectTarget(ctx, target),
  });
  return `${ctx.apiUrl}/auth/v1/verify?${query}`;
}

/** Subject and sentence of each mail. */
const MAILS: Record<string, [subject: string, sentence: string]> = {
  signup: ["Confirm your email address", "Follow this link to confirm your account"],
  invite: ["You have been invited", "Follow this link to accept the invitation"],
  recovery: ["Reset your password", "Follow this link to choose a new password"],
  magiclink: ["Your sign-in link", "Follow this link to sign in"],
  email_change: ["Confirm your new email address", "Follow this link to confirm the change"],
};

/** Puts a mail with link and code into the local mailbox. */
export async function sendToken(
  ctx: AuthContext,
  to: string,
  type: string,
  token: OneTimeToken,
): Promise<void> {
  const [subject, sentence] = MAILS[type] ?? ["Backline", "Follow this link"];
  const link = actionLink(ctx, token.hash, type);
  await ctx.mailbox.deliver({
    to,
    subject,
    text: `${sentence}:\n${link}\n\nOr enter the code: ${token.otp}\n`,
    type,
    link,
    otp: token.otp,
    tokenHash: token.hash,
  });
}

/** Remembers the PKCE challenge of a mail flow, to be met when the link's code is exchanged. */
export async function rememberChallenge(
  ctx: AuthContext,
  db: Db,
  userId: string,
  method: string,
): Promise<void> {
  const challenge = text(ctx, "code_challenge");
  if (challenge) await saveFlow(db, { userId, method, provider: "email", challenge, ctx });
}

/** A row of auth.flow_state; returns its id, which serves as OAuth's `state`. */
export async function saveFlow(
  db: Db,
  flow: {
    userId: string | null;
    method: string;
    provider: string;
    challenge: string | null;
    referrer?: string;
    ctx: AuthContext;
  },
): Promise<string> {
  const method = (text(flow.ctx, "code_challenge_method") ||
    flow.ctx.url.searchParams.get("code_challenge_method") || "s256").toLowerCase();
  if (method !== "s256" && method !== "plain") {
    throw new AuthError(400, "validation_failed", "Invalid code_challenge_method");
  }
  const id = crypto.randomUUID();
  await db`
    insert into auth.flow_state (
      id, user_id, auth_code, code_challenge_method, code_challenge, provider_type,
      authentication_method, referrer, created_at, updated_at
    ) values (${id}, ${flow.userId}, ${crypto.randomUUID()}, ${method}, ${flow.challenge},
              ${flow.provider}, ${flow.method}, ${flow.referrer ?? null}, now(), now())`;
  return id;
}

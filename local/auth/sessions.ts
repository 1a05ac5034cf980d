/** Sessions, access tokens and the rotation of refresh tokens. */
import { randomBytes } from "node:crypto";
import type { TransactionSql } from "postgres";
import { signToken } from "../keys.ts";
import type { AuthContext } from "./context.ts";
import { AuthError } from "./errors.ts";
import { type Db, getUser, type Metadata, type User, userJson } from "./users.ts";

interface RefreshRow {
  token: string;
  user_id: string;
  session_id: string;
  revoked: boolean;
  reusable: boolean;
}

/** Opens a session for a user and returns what a sign-in answers. */
export async function openSession(
  ctx: AuthContext,
  tx: TransactionSql,
  userId: string,
  method: string,
): Promise<Metadata> {
  const sessionId = crypto.randomUUID();
  await tx`
    insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent)
    values (${sessionId}, ${userId}, now(), now(), 'aal1',
            ${ctx.request.headers.get("user-agent")})`;
  await tx`
    insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
    values (${crypto.randomUUID()}, ${sessionId}, now(), now(), ${method})`;
  await tx`update auth.users set last_sign_in_at = now() where id = ${userId}`;
  const token = await newRefreshToken(tx, userId, sessionId, null);
  return await answer(ctx, tx, await getUser(tx, userId), sessionId, token);
}

/** Exchanges a refresh token; a second use outside of the reuse interval ends the session. */
export async function refreshSession(ctx: AuthContext, token: unknown): Promise<Metadata> {
  if (typeof token !== "string" || !token) {
    throw new AuthError(400, "validation_failed", "refresh_token required");
  }
  const outcome = await ctx.sql.begin(async (tx): Promise<Metadata | AuthError> => {
    const [row] = await tx<RefreshRow[]>`
      select r.token, r.user_id, r.session_id, r.revoked,
             r.updated_at > now() - make_interval(secs => ${ctx.config.reuseInterval}) as reusable
        from auth.refresh_tokens as r join auth.sessions as s on s.id = r.session_id
       where r.token = ${token} for update of s`;
    if (!row) {
      const message = "Invalid Refresh Token: Refresh Token Not Found";
      return new AuthError(400, "refresh_token_not_found", message);
    }
    const user = await getUser(tx, row.user_id);
    if (isBanned(user)) {
      return new AuthError(400, "user_banned", "Invalid Refresh Token: User Banned");
    }
    const [current] = await tx<
      { revoked: boolean; active: string | null; parent: string | null }[]
    >`
      select r.revoked, a.token as active, a.parent
        from auth.refresh_tokens as r
        left join auth.refresh_tokens as a on a.session_id = r.session_id and not a.revoked
       where r.token = ${token} order by a.id desc limit 1`;
    let next = current?.revoked && current.parent === token ? current.active : null;
    if (current?.revoked && !next && !row.reusable) {
      if (ctx.config.rotateRefreshTokens) {
        await tx`update auth.refresh_tokens set revoked = true, updated_at = now()
                  where session_id = ${row.session_id} and not revoked`;
      }
      return new AuthError(
        400,
        "refresh_token_already_used",
        "Invalid Refresh Token: Already Used",
      );
    }
    if (!next) {
      await tx`update auth.refresh_tokens set revoked = true, updated_at = now()
                where token = ${token} and not revoked`;
      next = await newRefreshToken(tx, user.id, row.session_id, token);
    }
    await tx`update auth.sessions set refreshed_at = now(), updated_at = now()
              where id = ${row.session_id}`;
    return await answer(ctx, tx, user, row.session_id, next);
  });
  if (outcome instanceof AuthError) throw outcome;
  return outcome;
}

/** Ends sessions: all of the user, all but this one, or only this one. */
export async function closeSessions(
  db: Db,
  userId: string,
  sessionId: string | undefined,
  scope: string,
): Promise<void> {
  if (!["global", "local", "others"].includes(scope)) {
    throw new AuthError(400, "validation_failed", `Unsupported logout scope "${scope}"`);
  }
  await db`
    delete from auth.sessions
     where user_id = ${userId}
       and (${scope} = 'global' or ${sessionId ?? null}::uuid is null
            or (${scope} = 'local') = (id = ${sessionId ?? null}::uuid))`;
}

/** True while a ban lasts. */
export function isBanned(user: User): boolean {
  return user.banned_until !== null && user.banned_until > new Date();
}

async function newRefreshToken(
  tx: TransactionSql,
  userId: string,
  sessionId: string,
  parent: string | null,
): Promise<string> {
  const token = randomBytes(9).toString("base64url");
  await tx`
    insert into auth.refresh_tokens
      (instance_id, token, user_id, revoked, created_at, updated_at, parent, session_id)
    values ('00000000-0000-0000-0000-000000000000', ${token}, ${userId}, false, now(), now(),
            ${parent}, ${sessionId})`;
  return token;
}

async function answer(
  ctx: AuthContext,
  tx: TransactionSql,
  user: User,
  sessionId: string,
  refreshToken: string,
): Promise<Metadata> {
  const amr = await tx<{ method: string; timestamp: number }[]>`
    select authentication_method as method, extract(epoch from created_at)::int as timestamp
      from auth.mfa_amr_claims where session_id = ${sessionId}`;
  const expiresIn = ctx.config.jwtExpiry;
  const accessToken = await signToken(ctx.keys.jwtSecret, {
    iss: `${ctx.apiUrl}/auth/v1`,
    sub: user.id,
    aud: user.aud,
    email: user.email ?? "",
    phone: user.phone ?? "",
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    role: user.role,
    aal: "aal1",
    amr: [...amr],
    session_id: sessionId,
    is_anonymous: user.is_anonymous,
  }, expiresIn);
  return {
    access_token: accessToken,
    token_type: "bearer",
    expires_in: expiresIn,
    expires_at: Math.floor(Date.now() / 1000) + expiresIn,
    refresh_token: refreshToken,
    user: await userJson(tx, user),
  };
}

/** `/admin/users`, `/admin/generate_link` and `/invite`: for callers with the secret key. */
import type { TransactionSql } from "postgres";
import { type AuthContext, type Handler, metadata, redirectTarget, text } from "./context.ts";
import { AuthError, hiding } from "./errors.ts";
import { actionLink, issueToken, type OneTimeToken, sendToken, type TokenType } from "./tokens.ts";
import {
  checkEmail,
  checkPassword,
  confirmEmail,
  createUser,
  findUser,
  getUser,
  saveIdentity,
  setPassword,
  updateAppData,
  updateUserData,
  type User,
  userJson,
} from "./users.ts";

const EMAIL_EXISTS = "A user with this email address has already been registered";

/** `GET /admin/users?page=&per_page=` */
export const listUsers: Handler = async (ctx) => {
  const query = ctx.url.searchParams;
  const page = Math.max(1, Number(query.get("page") || 1));
  const size = Math.max(1, Number(query.get("per_page") || 50));
  const [users, [count]] = await Promise.all([
    ctx.sql<User[]>`
      select * from auth.users order by created_at desc, id limit ${size} offset ${
      (page - 1) * size
    }`,
    ctx.sql<{ total: number }[]>`select count(*)::int as total from auth.users`,
  ]);
  const total = count?.total ?? 0, last = Math.max(1, Math.ceil(total / size));
  const link = (at: number, rel: string) =>
    `<${ctx.apiUrl}/auth/v1/admin/users?page=${at}&per_page=${size}>; rel="${rel}"`;
  return Response.json({
    users: await Promise.all(users.map((user) => userJson(ctx.sql, user))),
    aud: "authenticated",
  }, {
    headers: {
      "x-total-count": String(total),
      link: [...(page < last ? [link(page + 1, "next")] : []), link(last, "last")].join(", "),
    },
  });
};

/** `POST /admin/users` */
export const addUser: Handler = async (ctx) => {
  if (!ctx.body.email) {
    const message = "Cannot create a user without either an email or phone";
    throw new AuthError(400, "validation_failed", message);
  }
  const email = checkEmail(ctx.body.email);
  if (await findUser(ctx.sql, { email })) throw new AuthError(422, "email_exists", EMAIL_EXISTS);
  const password = text(ctx, "password");
  if (password) checkPassword(password, ctx.config);
  const created = await hiding(
    "Database error creating new user",
    ctx.sql.begin(async (tx) => {
      const user = await createUser(tx, {
        id: text(ctx, "id") || undefined,
        email,
        password,
        passwordHash: text(ctx, "password_hash") || undefined,
        data: metadata(ctx.body.user_metadata),
        appData: metadata(ctx.body.app_metadata),
        role: text(ctx, "role") || undefined,
        provider: "email",
      });
      if (ctx.body.email_confirm === true) await confirmEmail(tx, user.id);
      await ban(tx, user.id, text(ctx, "ban_duration"));
      return await userJson(tx, await getUser(tx, user.id));
    }),
  );
  return Response.json(created);
};

/** `GET /admin/users/:id` */
export const showUser: Handler = async (ctx) =>
  Response.json(await userJson(ctx.sql, await getUser(ctx.sql, userId(ctx))));

/** `PUT /admin/users/:id` */
export const changeUser: Handler = async (ctx) => {
  const { id } = await getUser(ctx.sql, userId(ctx));
  const password = text(ctx, "password");
  if (password) checkPassword(password, ctx.config);
  return Response.json(
    await hiding(
      "Error updating user",
      ctx.sql.begin(async (tx) => {
        if (text(ctx, "role")) {
          await tx`update auth.users set role = ${text(ctx, "role")} where id = ${id}`;
        }
        if (password) await setPassword(tx, id, password);
        if (ctx.body.email) {
          const email = checkEmail(ctx.body.email);
          await tx`update auth.users set email = ${email}, updated_at = now() where id = ${id}`;
          const verified = ctx.body.email_confirm === true;
          await saveIdentity(tx, id, "email", id, { sub: id, email, email_verified: verified });
        }
        if (ctx.body.email_confirm === true) await confirmEmail(tx, id);
        if (ctx.body.user_metadata) await updateUserData(tx, id, metadata(ctx.body.user_metadata));
        if (ctx.body.app_metadata) await updateAppData(tx, id, metadata(ctx.body.app_metadata));
        await ban(tx, id, text(ctx, "ban_duration"));
        return await userJson(tx, await getUser(tx, id));
      }),
    ),
  );
};

/** `DELETE /admin/users/:id`, for good or (`should_soft_delete`) leaving an anonymous row. */
export const removeUser: Handler = async (ctx) => {
  const { id } = await getUser(ctx.sql, userId(ctx));
  await hiding(
    "Database error deleting user",
    ctx.body.should_soft_delete === true
      ? ctx.sql`
          with gone as (delete from auth.identities where user_id = ${id}),
               ended as (delete from auth.sessions where user_id = ${id})
          update auth.users
             set deleted_at = now(), email = encode(sha256(email::bytea), 'hex'),
                 encrypted_password = null, raw_user_meta_data = '{}', raw_app_meta_data = '{}'
           where id = ${id}`
      : ctx.sql`delete from auth.users where id = ${id}`,
  );
  return Response.json({});
};

/** `POST /invite` */
export const invite: Handler = async (ctx) => {
  const email = checkEmail(ctx.body.email);
  return Response.json(
    await ctx.sql.begin(async (tx) => {
      const user = await invitee(ctx, tx, email);
      const token = await issueToken(ctx, tx, user, "confirmation_token", email);
      await sendToken(ctx, email, "invite", token);
      return await userJson(tx, await getUser(tx, user.id));
    }),
  );
};

/** `POST /admin/generate_link`: the link of a mail without the mail. */
export const generateLink: Handler = async (ctx) => {
  const email = checkEmail(ctx.body.email);
  let type = text(ctx, "type");
  return Response.json(
    await ctx.sql.begin(async (tx) => {
      let user = await findUser(tx, { email });
      let kind: TokenType, address = email;
      if (type === "magiclink" && !user) type = "signup";
      if (type === "signup" || type === "invite") {
        if (user?.email_confirmed_at) throw new AuthError(422, "email_exists", EMAIL_EXISTS);
        user = type === "invite" ? await invitee(ctx, tx, email) : user ??
          await createUser(tx, {
            email,
            password: text(ctx, "password") || null,
            data: metadata(ctx.body.data),
            provider: "email",
          });
        kind = "confirmation_token";
      } else if (!user) {
        throw new AuthError(404, "user_not_found", "User with this email not found");
      } else if (type === "recovery" || type === "magiclink") {
        kind = "recovery_token";
      } else if (type === "email_change_current" || type === "email_change_new") {
        kind = type === "email_change_new"
          ? "email_change_token_new"
          : "email_change_token_current";
        const changed = checkEmail(ctx.body.new_email);
        if (kind === "email_change_token_new") address = changed;
        await tx`update auth.users set email_change = ${changed}, email_change_confirm_status = 0
                  where id = ${user.id}`;
      } else {
        const message = `Invalid email action link type requested: ${type}`;
        throw new AuthError(400, "validation_failed", message);
      }
      const token = await issueToken(ctx, tx, user, kind, address);
      return { ...await userJson(tx, await getUser(tx, user.id)), ...linkParts(ctx, token, type) };
    }),
  );
};

function linkParts(ctx: AuthContext, token: OneTimeToken, type: string) {
  const target = text(ctx, "redirect_to") || undefined;
  const action = type.startsWith("email_change") ? "email_change" : type;
  return {
    action_link: actionLink(ctx, token.hash, action, target),
    email_otp: token.otp,
    hashed_token: token.hash,
    verification_type: type,
    redirect_to: redirectTarget(ctx, target),
  };
}

async function invitee(ctx: AuthContext, tx: TransactionSql, email: string): Promise<User> {
  const known = await findUser(tx, { email });
  if (known?.email_confirmed_at) throw new AuthError(422, "email_exists", EMAIL_EXISTS);
  return known ??
    await createUser(tx, {
      email,
      data: metadata(ctx.body.data),
      provider: "email",
      invited: true,
    });
}

function userId(ctx: AuthContext): string {
  const id = ctx.url.pathname.split("/").at(-1) ?? "";
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
  throw new AuthError(404, "validation_failed", "user_id must be an UUID");
}

/** `24h`, `90m`, `30s` or `none`, as Go writes durations. */
async function ban(tx: TransactionSql, id: string, duration: string): Promise<void> {
  if (!duration) return;
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  const seconds = [...duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)]
    .reduce((sum, [, amount, unit = "s"]) => sum + Number(amount) * (units[unit] ?? 0), 0);
  if (duration !== "none" && seconds === 0) {
    const message = `invalid format for ban duration: ${duration}`;
    throw new AuthError(400, "validation_failed", message);
  }
  await tx`
    update auth.users
       set banned_until = case when ${seconds} > 0
             then now() + make_interval(secs => ${seconds}) end
     where id = ${id}`;
}

/** Rows of auth.users and auth.identities. */
import type { JSONValue, Sql, TransactionSql } from "postgres";
import type { AuthConfig } from "../config.ts";
import { AuthError, hiding } from "./errors.ts";

/** Either the pool or an open transaction. */
export type Db = Sql | TransactionSql;

/** Free-form metadata of a user. */
export type Metadata = Record<string, unknown>;

/** A row of auth.users as far as the local Auth uses it. */
export interface User {
  id: string;
  aud: string;
  role: string;
  email: string | null;
  phone: string | null;
  encrypted_password: string | null;
  email_confirmed_at: Date | null;
  confirmed_at: Date | null;
  invited_at: Date | null;
  confirmation_sent_at: Date | null;
  recovery_sent_at: Date | null;
  email_change: string | null;
  email_change_sent_at: Date | null;
  email_change_confirm_status: number;
  last_sign_in_at: Date | null;
  raw_app_meta_data: Metadata | null;
  raw_user_meta_data: Metadata | null;
  banned_until: Date | null;
  deleted_at: Date | null;
  is_anonymous: boolean;
  created_at: Date;
  updated_at: Date;
}

/** A user by id or by (lower-cased) e-mail address. */
export async function findUser(
  db: Db,
  by: { id: string } | { email: string },
): Promise<User | undefined> {
  const [user] = "id" in by
    ? await db<User[]>`select * from auth.users where id = ${by.id}`
    : await db<User[]>`
        select * from auth.users where email = ${by.email} and not is_sso_user and deleted_at is null`;
  return user;
}

/** A user that must exist. */
export async function getUser(db: Db, id: string): Promise<User> {
  const user = await findUser(db, { id });
  if (!user) throw new AuthError(404, "user_not_found", "User not found");
  return user;
}

/** The user as the API shows it; members without a value are left out. */
export async function userJson(db: Db, user: User): Promise<Metadata> {
  const identities = await db`
    select id as identity_id, provider_id as id, user_id, identity_data, provider,
           last_sign_in_at, created_at, updated_at, email
      from auth.identities where user_id = ${user.id} order by created_at`;
  const optional = {
    email_confirmed_at: user.email_confirmed_at,
    invited_at: user.invited_at,
    confirmed_at: user.confirmed_at,
    confirmation_sent_at: user.confirmation_sent_at,
    recovery_sent_at: user.recovery_sent_at,
    new_email: user.email_change,
    email_change_sent_at: user.email_change_sent_at,
    last_sign_in_at: user.last_sign_in_at,
    banned_until: user.banned_until,
    deleted_at: user.deleted_at,
  };
  return {
    id: user.id,
    aud: user.aud,
    role: user.role,
    email: user.email ?? "",
    phone: user.phone ?? "",
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value)),
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    identities: [...identities],
    created_at: user.created_at,
    updated_at: user.updated_at,
    is_anonymous: user.is_anonymous,
  };
}

/** What a new user starts with. */
export interface NewUser {
  id?: string;
  email: string | null;
  password?: string | null;
  passwordHash?: string;
  data?: Metadata;
  appData?: Metadata;
  provider: string;
  role?: string;
  confirmed?: boolean;
  invited?: boolean;
}

/** Inserts a user with its identity; a trigger's error becomes GoTrue's sentence. */
export async function createUser(db: TransactionSql, user: NewUser): Promise<User> {
  const id = user.id ?? crypto.randomUUID();
  const anonymous = user.email === null;
  const app = anonymous ? {} : { provider: user.provider, providers: [user.provider] };
  await hiding(
    "Database error saving new user",
    db`
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, raw_app_meta_data,
      raw_user_meta_data, email_confirmed_at, invited_at, is_anonymous, created_at, updated_at,
      confirmation_token, recovery_token, email_change_token_new, email_change
    ) values (
      '00000000-0000-0000-0000-000000000000', ${id}, 'authenticated',
      ${user.role ?? "authenticated"}, ${user.email},
      ${user.passwordHash ?? null}, ${json(db, { ...app, ...user.appData })},
      ${json(db, user.data ?? {})}, ${user.confirmed ? new Date() : null},
      ${user.invited ? new Date() : null}, ${anonymous}, now(), now(), '', '', '', ''
    )`,
  );
  if (user.password) await setPassword(db, id, user.password);
  if (user.email !== null && user.provider === "email") {
    await saveIdentity(db, id, "email", id, {
      ...user.data,
      sub: id,
      email: user.email,
      email_verified: user.confirmed === true,
      phone_verified: false,
    });
  }
  return await getUser(db, id);
}

/** Stores an identity and copies its claims into the user's metadata, as GoTrue does. */
export async function saveIdentity(
  db: TransactionSql,
  userId: string,
  provider: string,
  providerId: string,
  data: Metadata,
): Promise<void> {
  await db`
    insert into auth.identities (
      provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at
    ) values (${providerId}, ${userId}, ${json(db, data)}, ${provider}, now(), now(), now())
    on conflict (provider_id, provider) do update
      set identity_data = excluded.identity_data, last_sign_in_at = now(), updated_at = now()`;
  await updateUserData(db, userId, data);
  await db`
    update auth.users as u
       set raw_app_meta_data = coalesce(u.raw_app_meta_data, '{}') || jsonb_build_object(
             'providers', (select jsonb_agg(i.provider order by i.created_at)
                             from auth.identities as i where i.user_id = u.id))
     where u.id = ${userId}`;
}

/** Merges keys into a user's own metadata; a null value removes its key. */
export async function updateUserData(db: Db, id: string, data: Metadata): Promise<void> {
  await hiding(
    "Error updating user",
    db`update auth.users
          set raw_user_meta_data =
                jsonb_strip_nulls(coalesce(raw_user_meta_data, '{}') || ${json(db, data)}),
              updated_at = now()
        where id = ${id}`,
  );
}

/** Merges keys into the metadata only administrators may write. */
export async function updateAppData(db: Db, id: string, data: Metadata): Promise<void> {
  await hiding(
    "Error updating user",
    db`update auth.users
          set raw_app_meta_data =
                jsonb_strip_nulls(coalesce(raw_app_meta_data, '{}') || ${json(db, data)}),
              updated_at = now()
        where id = ${id}`,
  );
}

/** Marks the e-mail address as the user's own. */
export async function confirmEmail(db: Db, id: string): Promise<void> {
  await hiding(
    "Error confirming user",
    db`update auth.users
          set email_confirmed_at = coalesce(email_confirmed_at, now()), confirmation_token = '',
              raw_user_meta_data = raw_user_meta_data || '{"email_verified": true}',
              updated_at = now()
        where id = ${id}`,
  );
  await db`
    update auth.identities
       set identity_data = identity_data || '{"email_verified": true}', updated_at = now()
     where user_id = ${id} and provider = 'email'`;
}

/** Stores a password as a bcrypt hash, which is also what a seed writes. */
export async function setPassword(db: Db, id: string, password: string): Promise<void> {
  await db`
    update auth.users
       set encrypted_password = extensions.crypt(${password}, extensions.gen_salt('bf', 10)),
           updated_at = now()
     where id = ${id}`;
}

/** True when the password is the user's. */
export async function hasPassword(db: Db, user: User, password: string): Promise<boolean> {
  if (!user.encrypted_password) return false;
  const [row] = await db<{ same: boolean }[]>`
    select extensions.crypt(${password}, ${user.encrypted_password})
             = ${user.encrypted_password} as same`;
  return row?.same ?? false;
}

/** Refuses passwords the project's settings do not allow. */
export function checkPassword(password: string, config: AuthConfig): void {
  if (password.length > 72) {
    throw new AuthError(
      422,
      "validation_failed",
      "Password cannot be longer than 72 characters",
    );
  }
  if (password.length < config.minimumPasswordLength) {
    throw new AuthError(
      422,
      "weak_password",
      `Password should be at least ${config.minimumPasswordLength} characters.`,
      { body: { weak_password: { reasons: ["length"] } } },
    );
  }
}

/** A checked, lower-cased e-mail address. */
export function checkEmail(email: unknown): string {
  if (typeof email !== "string" || !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/.test(email)) {
    throw new AuthError(
      400,
      "validation_failed",
      "Unable to validate email address: invalid format",
    );
  }
  return email.toLowerCase();
}

/** A jsonb parameter. */
export function json(db: Db, value: Metadata) {
  return db.json(value as JSONValue);
}

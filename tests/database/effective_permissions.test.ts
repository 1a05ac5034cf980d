/**
 * What checks believe (private.effective_permissions) is what user_permissions_view works out, in every
 * snapshot, whatever changes at once, at any level of isolation.
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import postgres from "postgres";
import { type Random, seeded } from "./_random.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

const WRITERS = 4;
const TRANSACTIONS = 80;
const SNAPSHOTS = 25;

const DIFFERENCE = `
  with truth as (
    select p.agency_id, p.user_id, p.permission
      from public.user_permissions_view as p where p.platform is null
  ), kept as (
    select e.agency_id, e.user_id, unnest(e.permissions) as permission
      from private.effective_permissions as e
  )
  select 'withheld' as fault, t.* from (select * from truth except select * from kept) as t
  union all
  select 'kept too long', k.* from (select * from kept except select * from truth) as k`;

type Tx = postgres.TransactionSql;

const ROLES = ["manager", "sales", "analyst", "custom:one", "custom:two"];
const PERMISSIONS = ["leads.read", "leads.write", "campaigns.read", "members.read"];
const PEOPLE = ["manager", "sales", "researcher", "analyst"];

/** Somebody of an agency, who may have left it. */
const who = (random: Random, slug: string) => `${slug}/${random.pick(PEOPLE)}`;

const OPERATIONS: Record<string, (tx: Tx, random: Random, slug: string) => Promise<unknown>> = {
  "give a role": (tx, random, slug) =>
    tx`insert into public.membership_roles (agency_id, user_id, role)
       select m.agency_id, m.user_id, ${random.pick(ROLES)} from public.memberships as m
        where m.agency_id = tests.id(${slug}) and m.user_id = tests.id(${who(random, slug)})
          for key share
       on conflict do nothing`,
  "take roles": (tx, random, slug) =>
    tx`delete from public.membership_roles
        where agency_id = tests.id(${slug}) and user_id = tests.id(${who(random, slug)})
          and role = any (${random.shuffled(ROLES).slice(0, 2)})`,
  "turn a role into another": (tx, random, slug) =>
    tx`update public.membership_roles as r set role = 'vendor'
        where r.agency_id = tests.id(${slug}) and r.user_id = tests.id(${who(random, slug)})
          and r.role = ${random.pick(ROLES)}
          and not exists (select from public.membership_roles as v
                           where (v.agency_id, v.user_id, v.role) = (r.agency_id, r.user_id, 'vendor'))`,
  "override": (tx, random, slug) =>
    tx`insert into public.member_permissions (agency_id, user_id, permission, platform, effect)
       select m.agency_id, m.user_id, ${random.pick(PERMISSIONS)},
              ${random.pick([null, null, "instagram"])}, ${random.pick(["allow", "deny"])}
         from public.memberships as m
        where m.agency_id = tests.id(${slug}) and m.user_id = tests.id(${who(random, slug)})
          for key share
       on conflict on constraint member_permissions_are_said_once do update set effect = excluded.effect`,
  "take overrides back": (tx, random, slug) =>
    tx`delete from public.member_permissions
        where agency_id = tests.id(${slug}) and permission = ${random.pick(PERMISSIONS)}`,
  "change a custom role": (tx, random, slug) =>
    tx`update public.agency_roles
          set permissions = ${random.shuffled(PERMISSIONS).slice(0, random.below(4))}
        where agency_id = tests.id(${slug}) and role = ${
      random.pick(["custom:one", "custom:two"])
    }`,
  "change a system role": (tx, random) => {
    const permission = random.pick(PERMISSIONS);
    return random.below(2)
      ? tx`delete from public.role_permissions where role = 'vendor' and permission = ${permission}`
      : tx`insert into public.role_permissions values ('vendor', ${permission}) on conflict do nothing`;
  },
  "suspend or reinstate": (tx, random, slug) =>
    tx`update public.memberships set status = ${random.pick(["active", "suspended"])}
        where agency_id = tests.id(${slug}) and user_id = tests.id(${who(random, slug)})`,
  "archive or restore": (tx, random, slug) =>
    tx`update public.agencies set archived_at = ${random.pick([null, null, "2026-01-01"])}
        where id = tests.id(${slug})`,
  "remove": (tx, random, slug) =>
    tx`delete from public.memberships
        where agency_id = tests.id(${slug}) and user_id = tests.id(${who(random, slug)})`,
  "found an agency": (tx, random, slug) =>
    tx`with agency as (
         insert into public.agencies (name, slug) values ('New', ${`new-${random.below(1e9)}`})
         returning id
       ), member as (
         insert into public.memberships (agency_id, user_id)
         select id, tests.id(${slug + "/owner"}) from agency
         returning agency_id, user_id
       )
       insert into public.membership_roles (agency_id, user_id, role)
       select agency_id, user_id, 'vendor' from member`,
  "let in": (tx, random, slug) =>
    tx`with joined as (
         insert into public.memberships (agency_id, user_id)
         values (tests.id(${slug}), tests.id(${who(random, slug)}))
         on conflict on constraint memberships_are_once_per_user do nothing
         returning agency_id, user_id
       )
       insert into public.membership_roles (agency_id, user_id, role)
       select agency_id, user_id, ${random.pick(ROLES)} from joined`,
};

class TakenBack extends Error {}

/** What may end a transaction besides success: its wish, a conflict, a dead lock, a refused isolation. */
const isOver = (error: unknown) =>
  error instanceof TakenBack ||
  error instanceof postgres.PostgresError && ["40001", "40P01", "PT409"].includes(error.code);

/** One transaction of one agency; true where it was committed. */
async function write(sql: postgres.Sql, random: Random): Promise<boolean> {
  const slug = random.pick(["acme", "globex"]);
  const operate = (tx: Tx) =>
    OPERATIONS[random.pick(Object.keys(OPERATIONS))]!(tx, random.fork(), slug);
  const level = random.pick(["read committed", "read committed", "repeatable read"]);
  try {
    await sql.begin(`isolation level ${level}`, async (tx) => {
      for (let n = random.below(3); n >= 0; n--) {
        await tx.savepoint(async (inner) => {
          await operate(inner);
          if (random.below(5) === 0) throw new TakenBack();
        }).catch((error) => {
          if (!(error instanceof TakenBack)) throw error;
        });
      }
      if (random.below(6) === 0) throw new TakenBack();
    });
    return true;
  } catch (error) {
    if (!isOver(error)) throw error;
    return false;
  }
}

/** Each of an agency's people asks, by the same token as ever. */
async function askedByThemselves(db: TestDatabase, slug: string): Promise<void> {
  for (const person of ["owner", ...PEOPLE]) {
    const answers = await db.as(slug, person, (tx) =>
      tx<{ permission: string; may: boolean }[]>`
        select p.permission, tests.id(${slug}) = any (private.agencies_with(p.permission)) as may
          from public.permissions as p order by 1`);
    const truth = await db.owner`
      select p.permission, exists (
               select from public.user_permissions_view as v
                where v.agency_id = tests.id(${slug}) and v.platform is null
                  and v.user_id = tests.id(${`${slug}/${person}`}) and v.permission = p.permission) as may
        from public.permissions as p order by 1`;
    deepStrictEqual([...answers], [...truth], `${slug}/${person}`);
  }
}

Deno.test(
  "what checks believe equals the view in every snapshot under changes of everything",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      for (const slug of ["acme", "globex"]) {
        await db.owner`select tests.create_agency(${slug})`;
        await db.owner`
          insert into public.agency_roles (agency_id, role, title, permissions)
          select tests.id(${slug}), r, 'Own', '{leads.read}' from unnest('{custom:one,custom:two}'::text[]) as r`;
      }
      // A superuser may have dead locks found at once.
      const sql = postgres(db.url, {
        max: WRITERS,
        onnotice: () => {},
        connection: { deadlock_timeout: 10 },
      });
      let snapshots = 0;
      let committed = 0;
      let writing = WRITERS;
      const failed = new AbortController();
      const writer = async (own: Random) => {
        for (let n = 0; n < TRANSACTIONS || snapshots < SNAPSHOTS; n++) {
          failed.signal.throwIfAborted();
          if (await write(sql, own)) committed++;
        }
        writing--;
      };
      const reader = async () => {
        while (writing > 0) {
          failed.signal.throwIfAborted();
          await db.owner.begin("isolation level repeatable read read only", async (tx) => {
            deepStrictEqual([...await tx.unsafe(DIFFERENCE)], []);
          });
          snapshots++;
        }
      };
      try {
        const parts = [
          ...Array.from({ length: WRITERS }, () => writer(random.fork())),
          reader(),
          reader(),
        ];
        for (const part of parts) part.catch((error) => failed.abort(error));
        await Promise.all(parts);
      } finally {
        await sql.end();
      }
      ok(committed > WRITERS, "most transactions were committed");
      deepStrictEqual([...await db.owner.unsafe(DIFFERENCE)], []);
      for (const slug of ["acme", "globex"]) await askedByThemselves(db, slug);
    });
  }),
);

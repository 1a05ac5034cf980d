/** What was read at a moment is what is read as of it later. */

import { deepStrictEqual, ok } from "node:assert/strict";
import type postgres from "postgres";
import { type Random, seeded } from "./_random.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

type Tx = postgres.TransactionSql;
type Row = Record<string, unknown>;

const STEPS = 60;
const MEMBERS = ["owner", "admin", "manager"];

/** Each changes leads or campaigns in its own way; what is refused changes nothing and is no matter. */
const OPERATIONS: Record<string, (tx: Tx, random: Random) => Promise<unknown>> = {
  create: (tx, random) =>
    tx`select public.create_lead((select id from public.campaigns order by random() limit 1),
        jsonb_build_object('email', ${random.below(40)} || '@x.test', 'tags', '["new"]'::jsonb))`,
  import: (tx, random) =>
    tx`select public.import_leads((select id from public.campaigns order by random() limit 1), (
        select jsonb_agg(jsonb_build_object('email', n || '@x.test', 'city', ${
      random.pick(["Lisbon", "Oslo"])
    }::text, 'custom_fields', jsonb_build_object(${random.pick(["a", "b"])}::text, n)))
          from generate_series(${random.below(20)}::int, ${20 + random.below(20)}::int) as n))`,
  update: (tx, random) =>
    tx`select public.update_lead(${anyLead(tx)}, jsonb_build_object(
        ${random.pick(["title", "phone", "company"])}::text, ${
      random.pick(["CEO", "+351 21 123 4567", null])
    }::text))`,
  move: (tx, random) =>
    tx`select public.bulk_update_lead_status(${leadIds(tx, 5)},
        ${random.pick(["contacted", "responded", "qualified", "converted", "rejected"])})`,
  bulk: (tx, random) =>
    tx`select public.bulk_update_leads(${leadIds(tx, 4)},
        jsonb_build_object('priority', ${random.pick(["low", "urgent"])}::text))`,
  assign: (tx) => tx`select public.bulk_assign_leads(${leadIds(tx, 3)}, 'sales@acme.test')`,
  "auto-assign": (tx) =>
    tx`select public.auto_assign_leads((select id from public.campaigns order by random() limit 1))`,
  qualify: (tx, random) =>
    tx`select public.qualify_lead(${anyLead(tx)}, ${
      1 + random.below(5)
    }, '{"fit": true}', 'Heard')`,
  "let something happen": (tx, random) =>
    tx`select public.record_lead_activity(${anyLead(tx)},
        ${random.pick(["replied", "email_opened", "meeting"])})`,
  rescore: (tx) => tx`select public.calculate_lead_score(${anyLead(tx)})`,
  delete: (tx) => tx`select public.delete_lead(${anyLead(tx)})`,
  restore: (tx) =>
    tx`select public.restore_lead((select id from public.leads where deleted_at is not null
        order by random() limit 1))`,
  "change a campaign": (tx, random) =>
    tx`select public.update_campaign((select id from public.campaigns order by random() limit 1),
        jsonb_build_object(${
      random.pick(["description", "metadata", "tags", "target_leads"])
    }::text,
          null) || jsonb_build_object('name', ${random.pick(["Spring", "Summer"])}::text))`,
  "rename a campaign": (tx, random) =>
    tx`select public.update_campaign((select id from public.campaigns order by random() limit 1),
        jsonb_build_object('name', ${"Campaign " + random.below(9)}::text, 'metadata',
          jsonb_build_object('n', ${random.below(9)}::int), 'budget_cents', ${
      random.below(9)
    }::int))`,
  "move a campaign": (tx, random) =>
    tx`select public.set_campaign_status((select id from public.campaigns order by random() limit 1),
        ${random.pick(["active", "paused", "completed", "archived"])})`,
};

const anyLead = (tx: Tx) =>
  tx`(select id from public.leads where deleted_at is null order by random() limit 1)`;
const leadIds = (tx: Tx, limit: number) =>
  tx`array(select id from public.leads where deleted_at is null order by random() limit ${limit})`;

/** Every lead and campaign as the API reads it, and the moment of the reading. */
async function readAll(db: TestDatabase) {
  return await db.as("acme", "owner", async (tx) => {
    const [row] = await tx<{ at: string; leads: Row[]; campaigns: Row[] }[]>`
      select clock_timestamp()::text as at,
        (select coalesce(jsonb_agg(to_jsonb(public.get_lead(id)) order by id), '[]')
           from public.leads where deleted_at is null) as leads,
        (select coalesce(jsonb_agg(to_jsonb(c) order by id), '[]') from public.campaigns as c) as campaigns`;
    return row!;
  });
}

Deno.test(
  "leads and campaigns as of a moment are what was read at it",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      await db.owner`select tests.create_agency('acme')`;
      await db
        .owner`select tests.create_campaign('acme', 'One'), tests.create_campaign('acme', 'Two')`;
      const names = Object.keys(OPERATIONS);
      const readings = [await readAll(db)];
      let changed = 0;
      for (let step = 0; step < STEPS; step++) {
        // The first steps meet every kind; several calls in one transaction now and then.
        const calls = random.below(4) === 0 ? 3 : 1;
        await db.as("acme", random.pick(MEMBERS), async (tx) => {
          for (let n = 0; n < calls; n++) {
            const name = step === 0 ? "import" : names[step] ?? random.pick(names);
            await tx.savepoint((inner) => OPERATIONS[name]!(inner, random)).then(
              () => changed++,
              (error) => {
                if (!/^(PT4|23)/.test(error.code)) throw error;
              },
            );
          }
        });
        readings.push(await readAll(db));
      }
      ok(changed > STEPS / 2, "most calls had an effect");

      // As text: the client would cut a timestamp to milliseconds.
      for (const reading of random.shuffled(readings)) {
        const [then] = await db.as(
          "acme",
          "owner",
          (tx) =>
            tx<{ leads: Row[]; campaigns: Row[] }[]>`
          select
            (select coalesce(jsonb_agg(to_jsonb(public.get_lead_as_of(id, ${reading.at}::text::timestamptz)) order by id), '[]')
               from unnest(${
              reading.leads.map((lead) => lead.id as string)
            }::uuid[]) as id) as leads,
            (select coalesce(jsonb_agg(to_jsonb(public.get_campaign_as_of(id, ${reading.at}::text::timestamptz)) order by id), '[]')
               from unnest(${
              reading.campaigns.map((campaign) => campaign.id as string)
            }::uuid[]) as id) as campaigns`,
        );
        deepStrictEqual(then!.leads, reading.leads);
        deepStrictEqual(then!.campaigns, reading.campaigns);

        // Whoever was not there then is not read.
        const missing = await db.owner<{ id: string }[]>`
          select id from public.leads where id <> all (${
          reading.leads.map((lead) => lead.id as string)
        }::uuid[])`;
        for (const { id } of missing.slice(0, 3)) {
          const code = await db.as(
            "acme",
            "owner",
            async (tx) =>
              await tx.savepoint((inner) =>
                inner`select public.get_lead_as_of(${id}, ${reading.at}::text::timestamptz)`
              ).then(() => "read", (error) => error.code),
          );
          deepStrictEqual(code, "PT404");
        }
      }

      const [strays] = await db.owner<{ n: number }[]>`
        select count(*)::int as n from private.row_changes as c
         where not exists (
           select from public.audit_log as a where a.agency_id = c.agency_id and a.id = c.event_id)`;
      deepStrictEqual(strays!.n, 0, "every change is filed under the event of its call");
    });
  }),
);

import { deepStrictEqual, ok } from "node:assert/strict";
import type postgres from "postgres";
import { type Random, seeded } from "./_random.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

const WRITERS = 4;
const OPERATIONS = 60;
const SNAPSHOTS = 25;
const GRADES = ["A", "B", "C", "D", "F"];

/** The counts as the leads themselves give them, and as rollup and deltas do. */
const DIFFERENCE = (relation: string) => `
  with truth as (
    select l.agency_id, s.scope_id, s.day, l.status,
           private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at,
             l.converted_at) as stage,
           ${GRADES.map((g) => `count(*) filter (where l.score_grade = '${g}')`)},
           count(*), sum(l.score)
      from public.leads as l
     cross join lateral (values
       (l.campaign_id, (l.created_at at time zone 'UTC')::date), (l.campaign_id, '-infinity'),
       (l.agency_id, (l.created_at at time zone 'UTC')::date), (l.agency_id, '-infinity')
     ) as s (scope_id, day)
     where l.deleted_at is null
     group by 1, 2, 3, 4, 5
  ), counted as (
    select m.agency_id, m.scope_id, m.day, m.status, m.stage,
           ${GRADES.map((g) => `sum(m.grade_${g.toLowerCase()})::bigint`)},
           sum(m.leads)::bigint, sum(m.score_sum)
      from private.${relation} as m
     group by 1, 2, 3, 4, 5
    having sum(m.leads) <> 0 or sum(m.score_sum) <> 0
  )
  select 'not counted' as fault, t.* from (select * from truth except select * from counted) as t
  union all
  select 'not there', c.* from (select * from counted except select * from truth) as c`;

type Tx = postgres.TransactionSql;

/** Some leads that nobody else holds at the moment, so that writers never wait in a circle. */
const some = (tx: Tx, deleted: boolean, limit: number) =>
  tx<{ id: string }[]>`
    select id from public.leads where (deleted_at is not null) = ${deleted}
     order by random() limit ${limit} for update skip locked`
    .then((rows) => rows.map((row) => row.id));

let emails = 0;

const OPERATIONS_BY_NAME: Record<string, (tx: Tx, random: Random) => Promise<unknown>> = {
  insert: (tx, random) =>
    tx`insert into public.leads (agency_id, campaign_id, email, status, priority, title, created_at)
       select c.agency_id, c.id, ${++emails} || '.' || n || '@x.test',
              (enum_range(null::public.lead_status))[1 + (n + ${random.below(6)}) % 6],
              (enum_range(null::public.lead_priority))[1 + n % 4],
              case when n % 3 = 0 then 'CEO' end,
              now() - make_interval(days => (n * 7) % 40)
         from (select c.* from public.campaigns as c order by c.id offset ${
      random.below(4)
    } limit 1) as c,
              generate_series(1, ${1 + random.below(12)}::integer) as n`,
  move: async (tx, random) =>
    tx`update public.leads set status = ${
      random.pick(["contacted", "responded", "qualified", "converted", "rejected"])
    } where id = any (${await some(tx, false, 1 + random.below(8))})`,
  change: async (tx, random) =>
    tx`update public.leads set title = ${random.pick(["VP Sales", "Clerk", null])},
              priority = ${random.pick(["low", "high"])}
        where id = any (${await some(tx, false, 1 + random.below(5))})`,
  "give another day": async (tx, random) =>
    tx`update public.leads set created_at = created_at - make_interval(days => ${random.below(5)})
        where id = any (${await some(tx, false, 3)})`,
  "give another campaign": async (tx, random) =>
    tx`update public.leads as l
          set campaign_id = (select c.id from public.campaigns as c where c.agency_id = l.agency_id
                              order by c.id offset ${random.below(2)} limit 1)
        where l.id = any (${await some(tx, false, 3)})`,
  "soft delete": async (tx) =>
    tx`update public.leads set deleted_at = now() where id = any (${await some(tx, false, 3)})`,
  restore: async (tx) =>
    tx`update public.leads set deleted_at = null where id = any (${await some(tx, true, 3)})`,
  "delete": async (tx, random) =>
    tx`delete from public.leads where id = any (${await some(tx, random.below(2) === 0, 2)})`,
  "let something happen": async (tx, random) =>
    tx`insert into public.lead_activities (agency_id, lead_id, type)
       select l.agency_id, l.id, ${random.pick(["replied", "email_bounced"])}
         from public.leads as l where l.id = any (${await some(tx, false, 2)})`,
};

class TakenBack extends Error {}

/** A transaction of some operations, part of which or all of which is taken back. */
async function write(db: TestDatabase, random: Random): Promise<void> {
  const names = Object.keys(OPERATIONS_BY_NAME);
  const operate = (tx: Tx) => OPERATIONS_BY_NAME[random.pick(names)]!(tx, random);
  try {
    await db.owner.begin(async (tx) => {
      for (let n = random.below(3); n >= 0; n--) {
        await tx.savepoint(async (inner) => {
          await operate(inner);
          if (random.below(4) === 0) throw new TakenBack();
        }).catch((error) => {
          if (!(error instanceof TakenBack)) throw error;
        });
        await operate(tx);
      }
      if (random.below(5) === 0) throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
}

const TITLE = "rollups equal recomputation in every snapshot under writers and folds";

Deno.test(
  TITLE,
  seeded(async (random) => {
    await withDatabase(async (db) => {
      for (const slug of ["acme", "globex"]) {
        await db.owner`select tests.create_agency(${slug})`;
        for (const name of ["One", "Two"]) {
          await db.owner`select tests.create_campaign(${slug}, ${name})`;
        }
      }
      let snapshots = 0;
      let folds = 0;
      let writing = WRITERS;
      // A failed part ends the others as well, which would wait for it otherwise.
      const failed = new AbortController();

      const writer = async (own: Random) => {
        // On until the readers have seen enough of it.
        for (let n = 0; n < OPERATIONS || snapshots < SNAPSHOTS || folds === 0; n++) {
          failed.signal.throwIfAborted();
          await write(db, own);
        }
        writing--;
      };
      const folder = async (own: Random) => {
        while (writing > 0) {
          failed.signal.throwIfAborted();
          const [row] = await db.owner`select private.fold(${1 + own.below(40)})::int as folded`;
          if (row!.folded > 0) folds++;
        }
      };
      const reader = async () => {
        while (writing > 0) {
          failed.signal.throwIfAborted();
          await db.owner.begin("isolation level repeatable read read only", async (tx) => {
            deepStrictEqual([...await tx.unsafe(DIFFERENCE("lead_metrics_now"))], []);
          });
          snapshots++;
        }
      };
      const parts = [
        ...Array.from({ length: WRITERS }, () => writer(random.fork())),
        folder(random.fork()),
        folder(random.fork()),
        reader(),
        reader(),
      ];
      for (const part of parts) part.catch((error) => failed.abort(error));
      await Promise.all(parts);
      ok(snapshots >= SNAPSHOTS && folds > 0);

      while (Number((await db.owner`select private.fold()`)[0]!.fold) > 0);
      const [left] = await db.owner`select count(*)::int as deltas from private.lead_metric_deltas`;
      deepStrictEqual(left, { deltas: 0 });
      deepStrictEqual([...await db.owner.unsafe(DIFFERENCE("lead_metrics"))], []);
      const [leads] = await db.owner`select count(*)::int as there from public.leads`;
      ok(leads!.there > 0, "something was left to count");
    });
  }),
);

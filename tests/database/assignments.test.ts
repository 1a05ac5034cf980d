import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { outcomes, patiently, summary } from "./_outcomes.ts";
import { seeded } from "./_random.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

const CAMPAIGNS = ["One", "Two", "Three"];
const SALES = ["sales", "creator", "coach"];

interface Assignment {
  id: string;
  assigned_to: string;
}

async function fixture(db: TestDatabase, leadsPerCampaign: number): Promise<void> {
  await db.owner`select tests.create_agency('acme')`;
  await db.owner`
    update public.membership_roles set role = 'sales'
     where user_id in (select tests.id('acme/' || s) from unnest(${SALES}::text[]) as s)`;
  for (const name of CAMPAIGNS) {
    await db.owner`select tests.create_campaign('acme', ${name})`;
    await db.owner`
      insert into public.leads (agency_id, campaign_id, email)
      select tests.id('acme'), tests.id(${"acme/" + name}), ${name} || n || '@x.test'
        from generate_series(1, ${leadsPerCampaign}::integer) as n`;
  }
}

async function autoAssign(
  db: TestDatabase,
  campaign: string,
  strategy: string,
  capacity: number | null,
): Promise<Assignment[]> {
  return await db.as("acme", "manager", async (tx) => {
    await patiently(tx);
    const [row] = await tx<{ results: Assignment[] }[]>`
      select public.auto_assign_leads(tests.id(${"acme/" + campaign}), ${strategy},
               capacity => ${capacity}::integer) -> 'results' as results`;
    return row!.results;
  });
}

Deno.test(
  "assignments at once give no lead twice and nobody more than the capacity",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      await fixture(db, 12);
      const capacity = 7;
      const calls = random.shuffled([...CAMPAIGNS, ...CAMPAIGNS, ...CAMPAIGNS]);
      const answers = await outcomes(
        calls.map((campaign) =>
          autoAssign(db, campaign, random.pick(["round_robin", "capacity"]), capacity)
        ),
      );
      deepStrictEqual(summary(answers), calls.map(() => "ok"));

      const given = answers.flatMap(({ value }) => value!);
      strictEqual(given.length, capacity * SALES.length, "there is room for so many");
      strictEqual(new Set(given.map(({ id }) => id)).size, given.length, "no lead is given twice");
      const loads = await db.owner<{ n: number }[]>`
        select count(*)::int as n from public.leads where assigned_to is not null group by assigned_to`;
      deepStrictEqual(loads.map(({ n }) => n), SALES.map(() => capacity));
      const [moves] = await db.owner`
        select count(*)::int as moves, count(distinct lead_id)::int as leads
          from public.lead_activities where type = 'assigned'`;
      deepStrictEqual(moves, { moves: given.length, leads: given.length });
    });
  }),
);

Deno.test(
  "a person who assigns meanwhile is never overruled",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      await fixture(db, 20);
      const leads = await db.owner<{ id: string }[]>`select id from public.leads`;
      const byHand = random.shuffled([...leads]).slice(0, 20).map(({ id }) => id);
      const calls: Promise<unknown>[] = [];
      for (const [n, id] of byHand.entries()) {
        calls.push(
          db.as("acme", "owner", (tx) => tx`select public.assign_lead(${id}, 'admin@acme.test')`),
        );
        if (n % 5 === 0) calls.push(autoAssign(db, random.pick(CAMPAIGNS), "round_robin", null));
      }
      deepStrictEqual(summary(await outcomes(calls)), calls.map(() => "ok"));
      for (const campaign of CAMPAIGNS) await autoAssign(db, campaign, "round_robin", null);

      const [there] = await db.owner`
        select count(*) filter (where assigned_to is null)::int as nobodys,
               count(*) filter (where id = any (${byHand}) and assigned_to <> tests.id('acme/admin'))::int
                 as overruled
          from public.leads`;
      deepStrictEqual(there, { nobodys: 0, overruled: 0 });
      const twice = await db.owner`
        select lead_id from public.lead_activities
         where type = 'assigned' and payload ->> 'reason' like 'round_robin%'
         group by lead_id having count(*) > 1`;
      deepStrictEqual([...twice], []);
    });
  }),
);

Deno.test(
  "bulk calls over the same leads in different orders never deadlock",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      await fixture(db, 30);
      const ids = (await db.owner<{ id: string }[]>`select id from public.leads`).map(({ id }) =>
        id
      );
      const calls = Array.from({ length: 24 }, (_, n) => {
        const some = random.shuffled(ids).slice(0, 60);
        return db.as("acme", "owner", async (tx): Promise<number> => {
          await patiently(tx);
          const [row] = await [
            () => tx`select public.bulk_update_leads(${some}, '{"city": "Berlin"}') as answer`,
            () => tx`select public.bulk_assign_leads(${some}, 'sales@acme.test') as answer`,
            () => tx`select public.bulk_update_lead_status(${some}, 'qualified') as answer`,
          ][n % 3]!();
          return row!.answer.succeeded;
        });
      });
      const answers = await outcomes(calls);
      deepStrictEqual(summary(answers), calls.map(() => "ok"));
      ok(answers.every(({ value }) => value === 60), "each lead of each call is done");
    });
  }),
);

Deno.test("a lead deleted many times at once is deleted once", async () => {
  await withDatabase(async (db) => {
    await fixture(db, 1);
    const [lead] = await db.owner<{ id: string }[]>`select id from public.leads limit 1`;
    const results = await outcomes(
      Array.from(
        { length: 6 },
        () => db.as("acme", "owner", (tx) => tx`select public.delete_lead(${lead!.id})`),
      ),
    );
    deepStrictEqual(summary(results), [
      ...Array.from({ length: 5 }, () => "PT404 lead_not_found"),
      "ok",
    ]);
    const [events] = await db.owner`
      select count(*)::int as n from public.audit_log where action = 'lead.deleted'`;
    deepStrictEqual(events, { n: 1 });
  });
});

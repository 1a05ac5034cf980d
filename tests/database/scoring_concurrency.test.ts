import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { withDatabase } from "./_support.ts";

const LEADS = 12;
const WRITERS = 8;
const ROUNDS = 25;

Deno.test("activities written at once lose no judgement and never deadlock", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await db.owner`select tests.create_campaign('acme', 'Spring')`;
    await db.owner`
      insert into public.leads (agency_id, campaign_id, email)
      select tests.id('acme'), tests.id('acme/Spring'), 'lead' || n || '@example.test'
        from generate_series(1, ${LEADS}) as n`;
    await db.owner`select tests.publish_model('acme', ${
      db.owner.json([
        { field: "activity:page_visited", operator: "exists", points: 0.1, per_occurrence: true },
      ])
    })`;

    // Each statement touches half of the leads, in an order of its own.
    const writer = async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await db.owner`
          insert into public.lead_activities (agency_id, lead_id, type)
          select l.agency_id, l.id, 'page_visited'
            from (select * from public.leads order by random() limit ${LEADS / 2}) as l`;
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));

    const leads = await db.owner<{ score: string; visits: number }[]>`
      select l.score, (
               select count(*)::integer from public.lead_activities as a where a.lead_id = l.id
             ) as visits
        from public.leads as l`;
    strictEqual(leads.reduce((sum, lead) => sum + lead.visits, 0), WRITERS * ROUNDS * LEADS / 2);
    deepStrictEqual(
      leads.map((lead) => Number(lead.score)),
      leads.map((lead) => Math.min(100, lead.visits / 10)),
    );
  });
});

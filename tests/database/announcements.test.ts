/** What is told of campaigns while many write: never waiting, never the wrong last word. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import postgres from "postgres";
import { type TestDatabase, withDatabase } from "./_support.ts";

async function campaign({ owner }: TestDatabase): Promise<string> {
  await owner`select tests.create_agency('acme')`;
  await owner`select tests.create_campaign('acme', 'Spring')`;
  const [row] = await owner<{ id: string }[]>`select tests.id('acme/Spring') as id`;
  ok(row);
  return row.id;
}

/** The totals told of a campaign in the order in which they were written, each in a subtransaction. */
async function told({ owner }: TestDatabase, id: string): Promise<number[]> {
  const rows = await owner<{ total: number }[]>`
    select (m.payload #> '{totals,total}')::int as total
      from realtime.messages as m
     where m.topic = ${`campaign:${id}`} and m.event = 'metrics'
     order by m.xmin::text::bigint`;
  return rows.map(({ total }) => total);
}

/** Lets the pause pass, and the clock tick. */
async function tick({ owner }: TestDatabase): Promise<number> {
  await owner`update private.announcements set at = at - interval '1 second'`;
  const [row] = await owner<{ told: number }[]>`select private.announce_due() as told`;
  return row?.told ?? 0;
}

Deno.test("a writer does not wait for another's announcement, and the last word is the sum of both", async () => {
  await withDatabase(async (db) => {
    const id = await campaign(db);
    const write = (tx: postgres.TransactionSql, email: string) =>
      tx`select public.create_lead(${id}, ${tx.json({ email })})`;
    await db.as("acme", "manager", async (tx) => {
      await write(tx, "first@x.test");
      // Told within the transaction that is still open; this one commits in the meantime.
      await db.as("acme", "owner", (other) => write(other, "second@x.test"));
      strictEqual(await tick(db), 0, "the clock does not wait either");
    });
    deepStrictEqual(await told(db, id), [1], "each transaction tells what it sees");
    strictEqual(await tick(db), 1);
    deepStrictEqual(await told(db, id), [1, 2]);
    strictEqual(await tick(db), 0, "nothing is told twice");
  });
});

Deno.test("after many writers at once what was told last is what is so", async () => {
  await withDatabase(async (db) => {
    const id = await campaign(db);
    let writing = true;
    const clock = (async () => {
      while (writing) await tick(db);
    })();
    await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 10; n++) {
        await db.as(
          "acme",
          "manager",
          (tx) =>
            tx`select public.create_lead(${id}, ${tx.json({ email: `${writer}-${n}@x.test` })})`,
        );
      }
    }));
    writing = false;
    await clock;
    await tick(db);
    const totals = await told(db, id);
    strictEqual(totals.at(-1), 80);
    deepStrictEqual(totals, totals.toSorted((a, b) => a - b), "never an older state after a newer");
    strictEqual((await db.owner`select from private.announcements_due`).length, 0);
  });
});

Deno.test("listeners of the database hear of figures, jobs and notifications in small JSON", async () => {
  await withDatabase(async (db) => {
    const id = await campaign(db);
    const listener = postgres(db.url, { max: 1 });
    try {
      const heard: Record<string, Record<string, unknown>> = {};
      const all = Promise.withResolvers<void>();
      const channels = ["campaign_metrics_update", "job_status_change", "new_notification"];
      for (const channel of channels) {
        await listener.listen(channel, (payload) => {
          ok(payload.length < 1000);
          heard[channel] = JSON.parse(payload);
          if (Object.keys(heard).length === channels.length) all.resolve();
        });
      }
      await db.as(
        "acme",
        "manager",
        (tx) =>
          tx`select public.assign_lead((public.create_lead(${id}, '{"email": "a@x.test"}')).id, 'sales@acme.test')`,
      );
      await db
        .owner`select tests.create_source('acme', 'Fair'), tests.create_job('acme', 'job', 'Fair', 'Spring')`;
      await all.promise;
      const [ids] = await db.owner`
        select tests.id('acme') as agency_id, tests.id('acme/job') as job_id, tests.id('acme/sales') as user_id,
               (select n.id from public.notifications as n) as notification_id`;
      deepStrictEqual(heard, {
        campaign_metrics_update: {
          agency_id: ids?.agency_id,
          campaign_id: id,
          total: 1,
          qualified: 0,
          converted: 0,
        },
        job_status_change: {
          agency_id: ids?.agency_id,
          job_id: ids?.job_id,
          from: null,
          status: "pending",
          progress: 0,
        },
        new_notification: {
          agency_id: ids?.agency_id,
          id: ids?.notification_id,
          user_id: ids?.user_id,
          type: "lead.assigned",
        },
      });
    } finally {
      await listener.end();
    }
  });
});

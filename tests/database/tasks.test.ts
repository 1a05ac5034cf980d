/** The queue under many workers, enqueuers and clocks at once, and when they die. */

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import postgres from "postgres";
import { HANDLERS } from "../../supabase/functions/worker/registry.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

const KINDS = ["maintenance.sweep"];

interface Claimed {
  id: string;
  agency_id: string | null;
  claim: number;
}

/** Connections that speak with the secret key, as workers do. */
function openWorkers(db: TestDatabase, count: number) {
  const sql = postgres(db.url, {
    max: count,
    onnotice: () => {},
    connection: { role: "service_role" },
  });
  return {
    sql,
    async claim(batch: number): Promise<Claimed[]> {
      const [row] = await sql<{ tasks: Claimed[] }[]>`
        select public.claim_tasks('test', ${KINDS}, ${batch}, 60) as tasks`;
      return row!.tasks;
    },
    async exchange(done: Claimed[], batch: number): Promise<{ lost: string[]; tasks: Claimed[] }> {
      const finished = done.map(({ id, claim }) => ({ id, claim, result: null }));
      const [row] = await sql<{ answer: { lost: string[]; tasks: Claimed[] } }[]>`
        select public.exchange_tasks(${
        sql.json(finished)
      }, 'test', ${KINDS}, ${batch}, 60) as answer`;
      return row!.answer;
    },
    [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }),
  };
}

const enqueueMany = (db: TestDatabase, slug: string, count: number) =>
  db.owner`
    select private.enqueue_tasks(
      'maintenance.sweep', array_fill('{}'::jsonb, array[${count}::integer]), tests.id(${slug}))`;

const states = async (db: TestDatabase) =>
  Object.fromEntries(
    (await db.owner<{ state: string; n: number }[]>`
      select state, count(*)::int as n from private.tasks group by state`)
      .map(({ state, n }) => [state, n]),
  );

const together = <T>(count: number, work: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));

Deno.test("the database's kinds of tasks are those that there are handlers for", async () => {
  await withDatabase(async (db) => {
    const kinds = await db.owner<{ kind: string }[]>`
      select kind from private.task_kinds order by kind`;
    deepStrictEqual(kinds.map(({ kind }) => kind), HANDLERS.map(({ kind }) => kind).sort());
  });
});

Deno.test("50,000 tasks of one agency delay another's one by at most a batch", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme'), tests.create_agency('globex')`;
    const globex = (await db.owner<{ id: string }[]>`select tests.id('globex') as id`)[0]!.id;
    await enqueueMany(db, "acme", 50_000);
    await using workers = openWorkers(db, 4);
    for (const already of [0, 1, 7]) {
      // Four workers are at it by the time the other agency comes.
      for (let n = 0; n < already; n++) await together(4, () => workers.claim(50));
      await enqueueMany(db, "globex", 1);
      const first = await workers.claim(50);
      const second = first.some(({ agency_id }) => agency_id === globex)
        ? []
        : await workers.claim(50);
      ok(
        [...first, ...second].some(({ agency_id }) => agency_id === globex),
        `after ${already} rounds`,
      );
    }
    await enqueueMany(db, "globex", 50_000);
    const next = await workers.claim(100);
    const share = next.filter(({ agency_id }) => agency_id === globex).length;
    ok(share >= 49 && share <= 51, "two backlogs are served in equal parts");
  });
});

Deno.test("eight workers complete each of 4,000 tasks exactly once", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme'), tests.create_agency('globex')`;
    await enqueueMany(db, "acme", 3000);
    await enqueueMany(db, "globex", 1000);
    await using workers = openWorkers(db, 8);
    const seen = (await together(8, async (n) => {
      const ids: string[] = [];
      let done: Claimed[] = [];
      while (true) {
        const { lost, tasks } = await workers.exchange(done, 1 + n * 5);
        deepStrictEqual(lost, []);
        if (tasks.length === 0) return ids;
        ids.push(...tasks.map(({ id }) => id));
        done = tasks;
      }
    })).flat();
    strictEqual(seen.length, 4000);
    strictEqual(new Set(seen).size, 4000);
    deepStrictEqual(await states(db), { completed: 4000 });
    const [row] = await db.owner`select max(claim)::int as claims from private.tasks`;
    strictEqual(row!.claims, 1);
  });
});

Deno.test("priorities hold under eight workers, and nobody is claimed twice", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme'), tests.create_agency('globex')`;
    await db.owner`
      select private.enqueue_task('maintenance.sweep', '{}', tests.id(slug), priority => n % 5 - 2)
        from generate_series(1, 400) as n cross join unnest('{acme,globex}'::text[]) as slug`;
    await using workers = openWorkers(db, 8);
    const claimed = (await together(8, async () => {
      const ids: string[] = [];
      while (true) {
        const tasks = await workers.claim(7);
        if (tasks.length === 0) return ids;
        ids.push(...tasks.map(({ id }) => id));
      }
    })).flat();
    strictEqual(claimed.length, new Set(claimed).size);
    // Whoever finds all the rest locked goes home; what is left another claim gets.
    const rest = await workers.claim(1000);
    strictEqual(claimed.length + rest.length, 800);
  });
});

Deno.test("of two that complete the same claim one succeeds", async () => {
  await withDatabase(async (db) => {
    await db.owner`select private.enqueue_task('maintenance.sweep', '{}')`;
    await using workers = openWorkers(db, 2);
    const [task] = await workers.claim(1);
    const outcomes = await Promise.allSettled(
      [0, 1].map((n) =>
        workers.sql`select public.complete_task(${task!.id}, 1, ${workers.sql.json({ n })})`
          .execute()
      ),
    );
    deepStrictEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    deepStrictEqual(await states(db), { completed: 1 });
  });
});

Deno.test("sixteen enqueuers of one key make one task", async () => {
  await withDatabase(async (db) => {
    for (let round = 0; round < 20; round++) {
      const ids = await together(16, async () => {
        const [row] = await db.owner<{ id: string }[]>`
          select private.enqueue_task('maintenance.sweep', '{}', unique_key => ${`key ${round}`}) as id`;
        return row!.id;
      });
      strictEqual(new Set(ids).size, 1, "and all are told the same one");
    }
    deepStrictEqual(await states(db), { available: 20 });
  });
});

Deno.test("sixteen enqueuers find a key free again while workers finish its tasks", async () => {
  await withDatabase(async (db) => {
    await using workers = openWorkers(db, 2);
    const drained = new AbortController();
    const working = (async () => {
      let done: Claimed[] = [];
      while (!drained.signal.aborted || done.length > 0) {
        done = (await workers.exchange(done, 5)).tasks;
      }
    })();
    await together(16, async () => {
      for (let n = 0; n < 20; n++) {
        await db
          .owner`select private.enqueue_task('maintenance.sweep', '{}', unique_key => 'the one')`;
      }
    });
    drained.abort();
    await working;
    const [row] = await db.owner`
      select count(*)::int as n from private.tasks where state <> 'completed'`;
    ok(row!.n <= 1);
  });
});

Deno.test("sets with the same keys in other orders wait for each other and do not deadlock", async () => {
  await withDatabase(async (db) => {
    const keys = Array.from({ length: 200 }, (_, n) => `key ${n}`);
    const made = await together(8, async (n) => {
      const mine = n % 2 ? keys : keys.toReversed();
      const [row] = await db.owner<{ made: string }[]>`
        select private.enqueue_tasks('maintenance.sweep',
          array_fill('{}'::jsonb, array[200]), unique_keys => ${mine}) as made`;
      return Number(row!.made);
    });
    strictEqual(made.reduce((sum, n) => sum + n, 0), 200);
  });
});

Deno.test("four clocks fire each schedule once a tick", async () => {
  await withDatabase(async (db) => {
    await db.owner`delete from private.schedules`;
    await db.owner`
      select private.set_schedule('s' || n, '*/10 * * * *', 'maintenance.sweep', jsonb_build_object('n', n))
        from generate_series(1, 5) as n`;
    for (let round = 1; round <= 10; round++) {
      await db.owner`update private.schedules set next_run_at = now() - interval '1 second'`;
      const reports = await together(
        4,
        async () =>
          (await db.owner<{ report: { fired: number } }[]>`select private.tick() as report`)[0]!
            .report,
      );
      strictEqual(reports.reduce((sum, { fired }) => sum + fired, 0), 5);
      await db.owner`update private.tasks set state = 'completed' where state <> 'completed'`;
    }
    const rows = await db.owner`
      select payload ->> 'n' as n, count(*)::int as fired from private.tasks group by 1 order by 1`;
    deepStrictEqual(rows.map(({ fired }) => fired), [10, 10, 10, 10, 10]);
  });
});

Deno.test("four clocks put in line once what is due, and rescue once what is silent", async () => {
  await withDatabase(async (db) => {
    await db.owner`
      select private.enqueue_task('maintenance.sweep', '{}', run_at => now() + interval '1 hour')
        from generate_series(1, 500)`;
    await db.owner`update private.tasks set run_at = now()`;
    await together(4, () => db.owner`select private.tick()`.execute());
    deepStrictEqual(await states(db), { available: 500 });
    await using workers = openWorkers(db, 1);
    strictEqual((await workers.claim(500)).length, 500);
    await db.owner`update private.tasks set lease_until = now() - interval '1 second'`;
    await together(4, () => db.owner`select private.tick()`.execute());
    deepStrictEqual(await states(db), { available: 500 });
    const [row] = await db.owner`
      select min(attempts) as least, max(attempts) as most from private.tasks`;
    deepStrictEqual({ ...row }, { least: 1, most: 1 }, "the attempt was counted, once");
  });
});

Deno.test("a session killed in the middle of a claim loses nothing", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await enqueueMany(db, "acme", 100);
    const killer = postgres(db.url, { max: 1, onnotice: () => {} });
    for (
      const [what, statement] of [
        ["claim", `select public.claim_tasks('test', '{maintenance.sweep}', 40, 60)`],
        [
          "complete",
          `select public.exchange_tasks(
        (select jsonb_agg(jsonb_build_object('id', id, 'claim', claim)) from private.tasks where state = 'running'),
        'test', '{maintenance.sweep}', 40, 60)`,
        ],
      ] as const
    ) {
      const before = await states(db);
      const doomed = postgres(db.url, {
        max: 1,
        onnotice: () => {},
        connection: { role: "service_role" },
      });
      await rejects(doomed.begin(async (tx) => {
        const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
        await tx.unsafe(statement);
        await killer`select pg_terminate_backend(${row!.pid}, 5000)`;
        await tx`select 1`;
      }));
      await doomed.end();
      deepStrictEqual(await states(db), before, `in the middle of a ${what}`);
      await using workers = openWorkers(db, 1);
      strictEqual((await workers.claim(10)).length, 10, "others go on at once");
    }
    await killer.end();
  });
});

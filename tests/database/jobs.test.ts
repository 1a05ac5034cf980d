import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  account,
  asWorker,
  begin,
  claim,
  type Claimed,
  complete,
  createJobs,
  finish,
  importBatch,
  move,
} from "./_jobs.ts";
import { outcomes, patiently, summary } from "./_outcomes.ts";
import { type Random, seeded } from "./_random.ts";
import { someoneWaits, type TestDatabase, withDatabase } from "./_support.ts";

const times = <T>(n: number, make: (n: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => make(i));

Deno.test("of many starts at once one wins, and one task is made", async () => {
  await withDatabase(async (db) => {
    await createJobs(db, "job");
    const results = await outcomes(times(8, () => move(db, "start", "acme/job")));
    deepStrictEqual(summary(results), [...times(7, () => "PT409 invalid_transition"), "ok"]);
    const [there] = await db.owner`
      select (select run from public.scraping_jobs) as run,
             (select count(*)::int from private.tasks where kind = 'scraping_job.run') as tasks,
             (select count(*)::int from public.audit_log where action = 'job.started') as events`;
    deepStrictEqual(there, { run: 1, tasks: 1, events: 1 });
  });
});

for (const [verb, status] of [["pause", "paused"], ["cancel", "cancelled"]] as const) {
  Deno.test(`to ${verb} during a batch waits for it: the batch is whole, the next is refused`, async () => {
    await withDatabase(async (db) => {
      await createJobs(db, "job");
      await move(db, "start", "acme/job");
      const task = (await claim(db, "anna"))!;

      let moved: Promise<string> | undefined;
      await asWorker(db, async (tx) => {
        strictEqual((await importBatch(tx, task, "p", 1, 5)).created, 5);
        moved = move(db, verb, "acme/job");
        await someoneWaits(db, moved);
      });
      strictEqual(await moved, status);
      const next = await asWorker(db, (tx) => importBatch(tx, task, "p", 6, 9));
      deepStrictEqual(next, { stop: status, created: 0, updated: 0, duplicate: 0, rejected: 0 });
      deepStrictEqual(await account(db, "acme/job"), {
        status,
        rows_read: 5,
        rows_created: 5,
        leads: 5,
        log_lines: 3,
        lines: 3,
        last: 3,
        batches: 1,
      });
    });
  });

  Deno.test(`a batch that is taken back while somebody would ${verb} leaves nothing`, async () => {
    await withDatabase(async (db) => {
      await createJobs(db, "job");
      await move(db, "start", "acme/job");
      const task = (await claim(db, "anna"))!;

      let moved: Promise<string> | undefined;
      await asWorker(db, async (tx) => {
        await importBatch(tx, task, "p", 1, 5);
        moved = move(db, verb, "acme/job");
        await someoneWaits(db, moved);
        throw new Error("the worker died");
      }).catch(() => {});
      strictEqual(await moved, status);
      deepStrictEqual(await account(db, "acme/job"), {
        status,
        rows_read: 0,
        rows_created: 0,
        leads: 0,
        log_lines: 2,
        lines: 2,
        last: 2,
        batches: 0,
      });
    });
  });
}

Deno.test("a job resumed before its worker noticed the pause is run by one worker, once", async () => {
  await withDatabase(async (db) => {
    await createJobs(db, "job");
    await move(db, "start", "acme/job");
    const anna = (await claim(db, "anna"))!;
    await asWorker(db, (tx) => importBatch(tx, anna, "p", 1, 5));
    await move(db, "pause", "acme/job");
    await move(db, "resume", "acme/job");
    const ben = (await claim(db, "ben"))!;
    ok(ben.id !== anna.id);

    // Both bring the next batch at once.
    const [late, next] = await Promise.all([
      asWorker(db, (tx) => importBatch(tx, anna, "p", 6, 9)),
      asWorker(db, (tx) => importBatch(tx, ben, "p", 6, 9)),
    ]);
    strictEqual(late.stop, "superseded");
    deepStrictEqual([next.stop, next.created], [null, 4]);
    await complete(db, anna);
    await finish(db, ben);
    const { status, rows_read, leads } = await account(db, "acme/job");
    deepStrictEqual({ status, rows_read, leads }, { status: "completed", rows_read: 9, leads: 9 });
  });
});

Deno.test("lines that come from everywhere at once are numbered without gaps", async () => {
  await withDatabase(async (db) => {
    await createJobs(db, "job");
    await move(db, "start", "acme/job");
    const task = (await claim(db, "anna"))!;
    const lines = times(3, (n) => ({ level: "info", message: `Line ${n}` }));
    const append = (isTakenBack: boolean) =>
      db.as("acme", "researcher", async (tx) => {
        await tx`select public.append_job_logs(tests.id('acme/job'), 1, ${tx.json(lines)})`;
        if (isTakenBack) await tx`rollback`;
      });
    const batch = (n: number) =>
      asWorker(db, (tx) => importBatch(tx, task, "p", n * 2 + 1, n * 2 + 2));
    await Promise.all<unknown>([...times(12, (n) => append(n % 3 === 0)), ...times(6, batch)]);
    // One line at the start, 8 times 3 that were not taken back, 6 of batches.
    const { log_lines, lines: there, last } = await account(db, "acme/job");
    deepStrictEqual({ log_lines, there, last }, { log_lines: 31, there: 31, last: 31 });
  });
});

const ROWS = 120;

/** Works for whatever job there is, now and then dying on the way, until `done`. */
async function work(db: TestDatabase, name: string, random: Random, done: () => boolean) {
  while (!done()) {
    const task = await claim(db, name);
    if (!task) {
      // What dead workers held comes back when their leases end; here at once.
      await db.owner`
        update private.tasks set lease_until = now() - interval '1 second'
         where worker = 'dead' and state = 'running'`;
      continue;
    }
    await runTask(db, task, random);
  }
}

async function runTask(db: TestDatabase, task: Claimed, random: Random): Promise<void> {
  const { stop, job } = await begin(db, task);
  if (stop !== null) return await complete(db, task);
  const [person] = await db.owner<{ name: string }[]>`
    select payload ->> 'job_id' as name from private.tasks where id = ${task.id}`;
  for (let row = job!.checkpoint?.row ?? 0; row < ROWS;) {
    if (random.below(12) === 0) {
      await db.owner`update private.tasks set worker = 'dead' where id = ${task.id}`;
      return;
    }
    const last = Math.min(row + 1 + random.below(15), ROWS);
    const answer = await asWorker(
      db,
      (tx) => importBatch(tx, task, person!.name, row + 1, last),
    );
    if (answer.stop !== null) return await complete(db, task);
    row = last;
  }
  await finish(db, task);
}

Deno.test(
  "jobs of one source, paused and resumed, their workers dying, read each row once and add up",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      const keys = times(3, (n) => `job${n}`);
      await createJobs(db, ...keys);
      for (const key of keys) await move(db, "start", `acme/${key}`);

      let isOver = false;
      const workers = times(4, (n) => work(db, `worker${n}`, random.fork(), () => isOver));
      const people = random.fork();
      const restless = (async () => {
        for (;;) {
          const open = await db.owner<{ key: string; status: string }[]>`
            select i.key, j.status::text from public.scraping_jobs as j
              join tests.ids as i on i.id = j.id where j.status in ('running', 'paused')`;
          if (open.length === 0) break;
          const { key, status } = people.pick(open);
          const verb = status === "paused" ? "resume" : people.pick(["pause", "look"]);
          const [result] = await outcomes([
            verb === "look"
              ? db.as("acme", "owner", (tx) => tx`select public.list_scraping_jobs()`)
              : move(db, verb, key) as Promise<unknown>,
          ]);
          // The job may have moved on since it was looked at.
          if (result!.error) strictEqual(result!.error.message, "invalid_transition");
        }
      })().finally(() => isOver = true);
      await Promise.all([restless, ...workers]);

      for (const key of keys) {
        const { status, rows_read, rows_created, leads, log_lines, lines, last } = await account(
          db,
          `acme/${key}`,
        );
        deepStrictEqual(
          { status, rows_read, rows_created, leads },
          { status: "completed", rows_read: ROWS, rows_created: ROWS, leads: ROWS },
        );
        deepStrictEqual([lines, last], [log_lines, log_lines]);
      }
      const [source] = await db.owner`select metrics from public.data_sources`;
      deepStrictEqual(source!.metrics, {
        jobs: 3,
        completed: 3,
        failed: 0,
        cancelled: 0,
        leads: 3 * ROWS,
        success_rate: 1,
      });
    });
  }),
);

Deno.test("a source is deleted or its job started, never both", async () => {
  await withDatabase(async (db) => {
    await createJobs(db);
    for (let n = 0; n < 6; n++) {
      await db.owner`select tests.create_source('acme', ${`List${n}`})`;
      await db.owner`select tests.create_job('acme', ${`job${n}`}, ${`List${n}`}, 'Spring')`;
      await move(db, "start", `acme/job${n}`);
      const held = (await claim(db, "ben"))!;
      await asWorker(
        db,
        (tx) =>
          tx`select public.finish_scraping_job(${held.id}, ${held.claim}, 'failed', 'No answer')`,
      );
      await complete(db, held);
      const [retried, deleted] = await outcomes<unknown>([
        move(db, "retry", `acme/job${n}`),
        db.as(
          "acme",
          "owner",
          (tx) => tx`select public.delete_data_source(tests.id(${`acme/List${n}`}))`,
        ),
      ]);
      deepStrictEqual(
        [retried!.error?.message, deleted!.error?.message].filter((message) => message),
        [deleted!.error ? "data_source_in_use" : "data_source_gone"],
      );
    }
  });
});

Deno.test("a job is made or its source deleted, never both", async () => {
  await withDatabase(async (db) => {
    await createJobs(db);
    for (let n = 0; n < 12; n++) {
      await db.owner`select tests.create_source('acme', ${`List${n}`})`;
      const [made, deleted] = await outcomes<unknown>([
        db.as(
          "acme",
          "researcher",
          (tx) =>
            tx`select public.create_scraping_job(tests.id(${`acme/List${n}`}), tests.id('acme/Spring'))`,
        ),
        db.as(
          "acme",
          "owner",
          (tx) => tx`select public.delete_data_source(tests.id(${`acme/List${n}`}))`,
        ),
      ]);
      strictEqual(made!.error === undefined, deleted!.error !== undefined);
      if (deleted!.error) strictEqual(deleted!.error.message, "data_source_in_use");
      // Gone before it was looked for, or before it was referred to.
      else ok(["PT404", "23503"].includes(made!.error!.code), made!.error!.code);
    }
  });
});

Deno.test("jobs of one source are given up one by one, so that nobody who cancels one deadlocks", async () => {
  await withDatabase(async (db) => {
    await createJobs(db, "first", "second");
    for (const key of ["acme/first", "acme/second"]) {
      await move(db, "start", key);
      await claim(db, "ben");
    }
    // Both are silent after their last attempt, the first for longer.
    await db.owner`
      update private.tasks
         set attempts = max_attempts,
             lease_until = now() - case when payload ->> 'job_id' = tests.id('acme/first')::text
               then interval '2 seconds' else interval '1 second' end`;
    await db.owner.begin(async (tx) => {
      // As the cancellation begins: with the job's lock.
      await tx`select from public.scraping_jobs where id = tests.id('acme/second') for no key update`;
      const rescued = db.owner`select private.rescue_tasks()::int as n`.execute();
      await someoneWaits(db, rescued);
      await tx`select tests.act_as('acme', 'owner')`;
      await tx`select public.cancel_scraping_job(tests.id('acme/second'))`;
      await tx`select tests.act_as_postgres()`;
      strictEqual((await rescued)[0]!.n, 1);
    });
    const [row] = await db.owner`select private.rescue_tasks()::int as n`;
    strictEqual(row!.n, 1);
    deepStrictEqual(
      [(await account(db, "acme/first")).status, (await account(db, "acme/second")).status],
      ["failed", "cancelled"],
    );
  });
});

for (const left of ["first", "second"]) {
  Deno.test(`a worker that leaves two jobs of one source open deadlocks with nobody who cancels the ${left}`, async () => {
    await withDatabase(async (db) => {
      await createJobs(db, "first", "second");
      const done: Claimed[] = [];
      for (const key of ["acme/first", "acme/second"]) {
        await move(db, "start", key);
        done.push((await claim(db, "ben"))!);
      }
      const lost = await db.owner.begin(async (tx) => {
        // As the cancellation begins: with the job's lock.
        await tx`select from public.scraping_jobs where id = tests.id(${`acme/${left}`}) for no key update`;
        const completed = asWorker(db, async (worker) => {
          await patiently(worker);
          const [row] = await worker<{ answer: unknown }[]>`
            select public.complete_tasks(${
            worker.json(done.map(({ id, claim }) => ({ id, claim })))
          }) as answer`;
          return row!.answer;
        });
        await someoneWaits(db, completed);
        await tx`select tests.act_as('acme', 'owner')`;
        await tx`select public.cancel_scraping_job(tests.id(${`acme/${left}`}))`;
        await tx`select tests.act_as_postgres()`;
        return { completed };
      });
      deepStrictEqual(await lost.completed, { lost: [] });
      deepStrictEqual(
        [(await account(db, "acme/first")).status, (await account(db, "acme/second")).status],
        left === "first" ? ["cancelled", "failed"] : ["failed", "cancelled"],
      );
    });
  });
}

Deno.test("the clock takes jobs back before it holds schedules, as whoever changes a source does", async () => {
  await withDatabase(async (db) => {
    await createJobs(db, "job");
    await move(db, "start", "acme/job");
    await claim(db, "ben");
    await db.owner`
      update private.tasks set attempts = max_attempts, lease_until = now() - interval '1 second'`;
    await db
      .owner`select private.set_schedule('of the source', '* * * * *', 'maintenance.sweep', '{}')`;
    await db.owner`
      update private.schedules set next_run_at = now() - interval '1 minute' where name = 'of the source'`;
    const ticked = await db.owner.begin(async (tx) => {
      await tx`select from public.data_sources where id = tests.id('acme/List') for no key update`;
      const tick = db.owner`select (private.tick() ->> 'rescued')::int as rescued`.execute();
      await someoneWaits(db, tick);
      await tx`select private.drop_schedule('of the source')`;
      return { tick };
    });
    strictEqual((await ticked.tick)[0]!.rescued, 1);
    strictEqual((await account(db, "acme/job")).status, "failed");
  });
});

/** One key, one effect: whoever repeats a call, at once or after a crash. */

import { deepStrictEqual, ok } from "node:assert/strict";
import type postgres from "postgres";
import { type Answer, type Call, type Callers, openCallers, statuses } from "./_calls.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

const REQUESTS = 32;
const CALLER = { member: "acme/manager" };
const CALL: Call = {
  procedure: "create_campaign",
  arguments: { name: "Spring" },
  idempotencyKey: "one",
};

async function withAgency(use: (db: TestDatabase, callers: Callers) => Promise<void>) {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await using callers = openCallers(db, REQUESTS);
    await use(db, callers);
  });
}

/** One campaign, one event, and every good answer is about it. */
async function expectOneEffect(db: TestDatabase, answers: Answer[]) {
  const made = await db.owner<{ id: string; events: number }[]>`
    select c.id, (select count(*)::int from public.audit_log where action = 'campaign.created') as events
      from public.campaigns as c`;
  deepStrictEqual(made.map(({ events }) => events), [1], "one effect, one event");
  const good = answers.filter(({ status }) => status === 200);
  ok(good.length > 0, "someone is answered");
  for (const { body } of good) deepStrictEqual(body, good[0]!.body);
  deepStrictEqual(good[0]!.body.id, made[0]!.id);
  for (const { status, body } of answers) {
    if (status !== 200) deepStrictEqual([status, body.message], [409, "idempotency_in_flight"]);
  }
}

Deno.test("32 identical calls at once have one effect and equal answers", async () => {
  await withAgency(async (db, callers) => {
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, () => callers.call(CALLER, CALL)),
    );
    const counts = statuses(answers);
    deepStrictEqual((counts[200] ?? 0) + (counts[409] ?? 0), REQUESTS);
    await expectOneEffect(db, [...answers, await callers.call(CALLER, CALL)]);
  });
});

/** Lets many make the call while `lock` holds it up at one point, and whichever it holds die. */
async function dieAt(
  db: TestDatabase,
  requests: number,
  call: (callers: Callers) => Promise<Answer>,
  lock: (tx: postgres.TransactionSql) => Promise<unknown>,
): Promise<Answer[]> {
  // Sessions of their own: nothing else shall meet a connection that has ended.
  await using callers = openCallers(db, requests);
  return await db.owner.begin(async (tx) => {
    await lock(tx);
    let pending = true;
    const settled = Promise.allSettled(
      Array.from({ length: requests }, () => call(callers)),
    ).finally(() => pending = false);
    while (pending) {
      await db.owner`
        select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where datname = current_database() and usename = 'authenticator' and wait_event_type = 'Lock'`;
    }
    const answers = await settled;
    ok(answers.some(({ status }) => status === "rejected"), "a session has died");
    return answers.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  });
}

/** When effect and answer are written, and just the commit is missing. */
const beforeCommit = (db: TestDatabase, requests: number) =>
  dieAt(
    db,
    requests,
    (callers) => callers.call(CALLER, CALL, 7),
    (tx) => tx`select pg_advisory_xact_lock(7)`,
  );

/** Within the procedure: the new campaign refers to its agency. */
const withinProcedure = (db: TestDatabase, requests: number) =>
  dieAt(
    db,
    requests,
    (callers) => callers.call(CALLER, CALL),
    (tx) => tx`select from public.agencies for update`,
  );

for (const [phase, die] of Object.entries({ beforeCommit, withinProcedure })) {
  Deno.test(`sessions that die (${phase}) leave the key free, and one effect in the end`, async () => {
    await withAgency(async (db, callers) => {
      for (const requests of [1, 8]) {
        const answers = await die(db, requests);
        for (const { body } of answers) deepStrictEqual(body.message, "idempotency_in_flight");
        deepStrictEqual(
          (await db.owner`select from public.campaigns`).length,
          0,
          "nothing is left",
        );
      }
      const answers = await Promise.all(
        Array.from({ length: REQUESTS }, () => callers.call(CALLER, CALL)),
      );
      await expectOneEffect(db, answers);
      // The answer was lost on its way: the repetition gives it again.
      await expectOneEffect(db, [...answers, await callers.call(CALLER, CALL)]);
    });
  });
}

/** A data source's id is one agency's, whoever asks for it at once. */

import { deepStrictEqual } from "node:assert/strict";
import { openCallers } from "./_calls.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

/** Resolves when so many sessions wait for a lock, or when `over` has. */
async function waiting(db: TestDatabase, sessions: number, over: Promise<unknown>): Promise<void> {
  let isOver = false;
  over.finally(() => isOver = true);
  while (!isOver) {
    const [found] = await db.owner<{ n: number }[]>`
      select count(*)::int as n from pg_locks as l
        join pg_database as d on d.oid = l.database and d.datname = current_database()
       where l.locktype = 'advisory' and not l.granted`;
    if (found!.n >= sessions) return;
  }
}

Deno.test("a source that is being created keeps its id from every other agency", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme'), tests.create_agency('globex')`;
    await using callers = openCallers(db, 2);
    const data_source_id = crypto.randomUUID();
    const create = (slug: string, pause?: number) =>
      callers.call({ member: `${slug}/owner` }, {
        procedure: "create_data_source",
        arguments: { type: "api", name: "Fair", data_source_id },
      }, pause);
    const answers = await db.owner.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(7)`;
      const first = create("acme", 7);
      await waiting(db, 1, first);
      const second = create("globex");
      await waiting(db, 2, second);
      return [first, second];
    });
    const [first, second] = await Promise.all(answers);
    deepStrictEqual(first?.status, 200);
    deepStrictEqual([second?.status, second?.body.message], [409, "data_source_exists"]);
  });
});

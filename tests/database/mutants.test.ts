import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { askTests } from "../../scripts/mutate/mutant.ts";
import { connectOwner } from "../../scripts/test/pgtap.ts";
import { serverUrl, withDatabase } from "./_support.ts";

/** A file of one assertion. */
const file = (name: string, condition: string) => ({
  file: name,
  text: `begin; select plan(1); select ok(${condition}); select * from finish(); rollback;`,
});

const looksAway = file("looks away", "true");
const looksOn = file(
  "looks on",
  "has_table_privilege('authenticated', 'public.campaigns', 'select')",
);
const revoked = "revoke select on public.campaigns from authenticated";

/** Runs a test with a connection of the owner to a database of its own. */
const onDatabase = (use: (db: ReturnType<typeof connectOwner>) => Promise<void>) => () =>
  withDatabase(async ({ url }) => {
    const db = connectOwner(url);
    await use(db);
    await db.end();
  });

Deno.test(
  "the first test that fails has noticed, and what none fails for survived",
  onDatabase(async (db) => {
    strictEqual((await askTests(db, revoked, [looksAway, looksOn])).noticedBy, "looks on");
    const { noticedBy, fault } = await askTests(db, revoked, [looksAway]);
    ok(!noticedBy && !fault);
  }),
);

Deno.test(
  "a mutation is gone when the next is asked about",
  onDatabase(async (db) => {
    const stumbles = file("stumbles", "1 / 0 = 0");
    strictEqual((await askTests(db, revoked, [stumbles, looksOn])).noticedBy, "stumbles");
    deepStrictEqual(await askTests(db, "select", [looksOn]), {});
  }),
);

Deno.test(
  "a mutant that Postgres does not take has neither survived nor been noticed",
  onDatabase(async (db) => {
    const { noticedBy, fault, lost } = await askTests(db, "drop policy p on", [looksOn]);
    match(fault ?? "", /syntax error/);
    ok(!noticedBy && !lost);
    deepStrictEqual(await askTests(db, revoked, [looksOn]), { noticedBy: "looks on" });
  }),
);

Deno.test(
  "nor has one whose session ends, after which the next is asked about as ever",
  onDatabase(async (db) => {
    const ends = file("ends the session", "pg_terminate_backend(pg_backend_pid())");
    const { noticedBy, fault, lost } = await askTests(db, revoked, [ends, looksOn]);
    ok(fault && lost && !noticedBy);
    deepStrictEqual(await askTests(db, revoked, [looksOn]), { noticedBy: "looks on" });
  }),
);

Deno.test("nor has one for which there is no server", async () => {
  const { hostname } = new URL(serverUrl());
  const db = connectOwner(`postgres://nobody@${hostname}:1/nothing`);
  const { noticedBy, fault, lost } = await askTests(db, revoked, [looksOn]);
  ok(fault && lost && !noticedBy);
  await db.end();
});

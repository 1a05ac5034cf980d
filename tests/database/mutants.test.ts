import { match, ok, strictEqual } from "node:assert/strict";
import { askTests } from "../../scripts/mutate/mutant.ts";
import { serverUrl, TEMPLATE } from "./_support.ts";

const server = { url: serverUrl(), template: TEMPLATE };

/** A file of one assertion. */
const file = (name: string, condition: string) => ({
  file: name,
  text: `begin; select plan(1); select ok(${condition}); select * from finish(); rollback;`,
});

const looksAway = file("looks away", "true");
const looksOn = file("looks on", "has_schema_privilege('anon', 'public', 'usage')");
const revoked = "revoke usage on schema public from anon, public";

Deno.test("the first test that fails has noticed, and what none fails for survived", async () => {
  strictEqual((await askTests(server, revoked, [looksAway, looksOn])).noticedBy, "looks on");
  const { noticedBy, fault } = await askTests(server, revoked, [looksAway]);
  ok(!noticedBy && !fault);
});

Deno.test("a mutant that Postgres does not take has neither survived nor been noticed", async () => {
  const { noticedBy, fault, lost } = await askTests(server, "drop policy p on", [looksOn]);
  match(fault ?? "", /syntax error at end of input/);
  ok(!noticedBy && !lost);
});

Deno.test("nor has one whose session ends, after which the next is asked about as ever", async () => {
  const ends = file("ends the session", "pg_terminate_backend(pg_backend_pid())");
  const { noticedBy, fault, lost } = await askTests(server, revoked, [ends, looksOn]);
  ok(fault && lost && !noticedBy);
  strictEqual((await askTests(server, revoked, [looksOn])).noticedBy, "looks on");
});

Deno.test("nor has one for which there is no server", async () => {
  const { hostname } = new URL(server.url);
  const nobody = { ...server, url: `postgres://nobody@${hostname}:1/postgres` };
  const { noticedBy, fault, lost } = await askTests(nobody, revoked, [looksOn]);
  ok(fault && lost && !noticedBy);
});

/** A limit of N lets exactly N of any number at once pass. */

import { deepStrictEqual, ok } from "node:assert/strict";
import { type Answer, type Caller, openCallers, statuses } from "./_calls.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

const CLIENTS = 8;

/** Eight clients that ask as fast as they can, each for itself. */
async function storm(
  db: TestDatabase,
  callers: Caller[],
  callsEach: number,
  read = false,
): Promise<Answer[][]> {
  await using pool = openCallers(db, CLIENTS);
  return await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    const answers: Answer[] = [];
    for (let n = 0; n < callsEach; n++) {
      answers.push(
        await pool.call(
          callers[client % callers.length]!,
          read
            ? { procedure: "list_members", arguments: {}, rateClass: "read" }
            : { procedure: "create_campaign", arguments: { name: `${client}-${n}` } },
        ),
      );
    }
    return answers;
  }));
}

const setLimit = (db: TestDatabase, kind: string, quota: number, rateClass = "write") =>
  db.owner`select tests.set_limit(${rateClass}, ${kind}, ${quota})`;

const campaigns = async (db: TestDatabase) =>
  (await db.owner<{ n: number }[]>`select count(*)::int as n from public.campaigns`)[0]!.n;

Deno.test("a user's limit of 50 lets 50 of 120 calls by 8 clients pass", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await setLimit(db, "user", 50);
    const answers = await storm(db, [{ member: "acme/manager" }], 15);
    deepStrictEqual(statuses(answers.flat()), { 200: 50, 429: 70 });
    deepStrictEqual(await campaigns(db), 50, "and just those have an effect");
  });
});

Deno.test("an agency's limit holds over users and keys together, theirs within it", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    const [key] = await db.owner<{ secret: string }[]>`
      select tests.create_key('acme', '{campaigns.write,campaigns.read}') as secret`;
    await setLimit(db, "user", 20);
    await setLimit(db, "api_key", 7);
    await setLimit(db, "agency", 45);
    const callers: Caller[] = [
      { member: "acme/manager" },
      { member: "acme/admin" },
      { key: key!.secret },
      { member: "acme/owner" },
    ];
    const answers = await storm(db, callers, 15);
    deepStrictEqual(statuses(answers.flat()), { 200: 45, 429: 75 });
    deepStrictEqual(await campaigns(db), 45, "and just those have an effect");
    const passed = callers.map((_, n) =>
      answers.filter((_, client) => client % callers.length === n).flat()
        .filter(({ status }) => status === 200).length
    );
    ok(passed[2]! <= 7, "the key keeps to its own");
    ok([passed[0]!, passed[1]!, passed[3]!].every((n) => n <= 20), "and each user");
  });
});

Deno.test("limits of reads hold over users and keys as well, with nothing to roll back", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    const [key] = await db.owner<{ secret: string }[]>`
      select tests.create_key('acme', '{members.read}') as secret`;
    await setLimit(db, "user", 20, "read");
    await setLimit(db, "api_key", 7, "read");
    await setLimit(db, "agency", 45, "read");
    const callers: Caller[] = [
      { member: "acme/manager" },
      { key: key!.secret },
      { member: "acme/owner" },
      { member: "acme/admin" },
    ];
    const answers = (await storm(db, callers, 30, true)).flat();
    // 20 + 7 + 20 + 20 are more than the agency has.
    deepStrictEqual(statuses(answers), { 200: 45, 429: 195 });
  });
});

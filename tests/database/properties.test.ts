import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type postgres from "postgres";
import { withDatabase } from "./_support.ts";

const RUNS = Number(Deno.env.get("BACKLINE_TEST_RUNS") ?? 150);
const seed = Deno.env.get("BACKLINE_TEST_SEED");

/** fast-check reports the seed and the smallest counterexample of what fails. */
const PARAMETERS = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: +seed }) };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Text that jsonb takes: no NUL and no half of a surrogate pair. */
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((s) => !s.includes("\0"));
const key = fc.constantFrom("a", "b", "c", "d", "tel", "__proto_", "ü");
const value: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 2 },
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -999, max: 999 }),
    text,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).json;
const document = fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true });

/** One call for each argument list, in one statement. */
async function call<T>(sql: postgres.Sql, expression: string, argument: unknown): Promise<T> {
  const [row] = await sql.unsafe(
    `select ${expression} as value`,
    [JSON.stringify(argument)] as never,
  );
  return (row as unknown as { value: T }).value;
}

const isGap = (json: Json | undefined) =>
  json === undefined || json === null || (Array.isArray(json) && json.length === 0);
const isObject = (json: Json | undefined): json is { [key: string]: Json } =>
  typeof json === "object" && json !== null && !Array.isArray(json);

Deno.test("private.fill_document fills gaps, keeps what is there and is done after once", async () => {
  await withDatabase(async (db) => {
    const fill = (base: Json, addition: Json) =>
      call<{ [key: string]: Json }>(
        db.owner,
        "private.fill_document($1::text::jsonb -> 0, $1::text::jsonb -> 1)",
        [base, addition],
      );
    await fc.assert(
      fc.asyncProperty(document, document, async (base, addition) => {
        const filled = await fill(base, addition);
        deepStrictEqual(await fill(filled, addition), filled, "a second time adds nothing");
        deepStrictEqual(await fill(base, base), base, "a document adds nothing to itself");
        deepStrictEqual(await fill(base, {}), base, "nothing adds nothing");
        for (const k of new Set([...Object.keys(base), ...Object.keys(addition)])) {
          const [was, more, is] = [base[k], addition[k], filled[k]];
          if (isObject(was) && isObject(more)) deepStrictEqual(is, { ...more, ...was }, k);
          else if (!isGap(was)) deepStrictEqual(is, was, `${k} stays`);
          else if (more !== undefined && more !== null) deepStrictEqual(is, more, `${k} is filled`);
          else deepStrictEqual(is, was, `${k} stays empty`);
        }
      }),
      PARAMETERS,
    );
  });
});

/** The parts of an identity, and other ways to write each. */
const word = fc.string({ unit: fc.constantFrom(..."abcdexyzäß"), minLength: 1, maxLength: 8 });
const space = fc.constantFrom("", " ", "  ");
const identity = fc.record({
  email: fc.option(fc.tuple(word, word).map(([a, b]) => `${a}@${b}.test`), { nil: null }),
  linkedin_url: fc.option(word.map((w) => `https://www.linkedin.com/in/${w}`), { nil: null }),
  phone: fc.option(fc.integer({ min: 1, max: 10 ** 9 }).map(String), { nil: null }),
  company: fc.option(fc.array(word, { minLength: 1, maxLength: 3 }).map((w) => w.join(" ")), {
    nil: null,
  }),
  first_name: fc.option(word, { nil: null }),
  last_name: fc.option(word, { nil: null }),
});
type Identity = {
  [K in "email" | "linkedin_url" | "phone" | "company" | "first_name" | "last_name"]: string | null;
};

const KEY = `private.dedupe_key($1::text::jsonb ->> 'email', $1::text::jsonb ->> 'linkedin_url',
  $1::text::jsonb ->> 'phone', $1::text::jsonb ->> 'company', $1::text::jsonb ->> 'first_name',
  $1::text::jsonb ->> 'last_name')`;

Deno.test("private.dedupe_key knows an identity however it is written, and by the strongest part", async () => {
  await withDatabase(async (db) => {
    const keyOf = (of: Partial<Identity>) => call<string | null>(db.owner, KEY, of);
    await fc.assert(
      fc.asyncProperty(
        identity,
        fc.tuple(space, space),
        fc.boolean(),
        async (person, [before, after], upper) => {
          const spelled = (s: string | null) => s && before + (upper ? s.toUpperCase() : s) + after;
          const expected = await keyOf(person);
          strictEqual(
            // Upper case of ß is SS, which is another name: these are left as they are.
            await keyOf({
              email: person.email?.includes("ß") ? person.email : spelled(person.email),
              linkedin_url: person.linkedin_url && person.linkedin_url.includes("ß")
                ? person.linkedin_url
                : spelled(person.linkedin_url && person.linkedin_url + (after ? "/?trk=x" : "")),
              phone: person.phone && before + [...person.phone].join(after) + before,
              company: person.company?.includes("ß")
                ? person.company
                : spelled(person.company && person.company.replaceAll(" ", "  ")),
              first_name: person.first_name,
              last_name: person.last_name,
            }),
            expected,
          );

          const digits = person.phone !== null && person.phone.length >= 5;
          const kind = person.email !== null
            ? "email"
            : person.linkedin_url !== null
            ? "linkedin"
            : digits
            ? "phone"
            : person.company !== null && (person.first_name ?? person.last_name) !== null
            ? "name"
            : undefined;
          strictEqual(expected?.split(":")[0], kind);
          if (kind === undefined) strictEqual(expected, null);
          // Weaker parts change nothing.
          if (kind === "email") strictEqual(await keyOf({ email: person.email }), expected);
          if (kind === "linkedin") {
            strictEqual(await keyOf({ linkedin_url: person.linkedin_url }), expected);
          }
          if (kind === "phone") strictEqual(await keyOf({ phone: person.phone }), expected);
        },
      ),
      PARAMETERS,
    );
  });
});

/** Rows as a file might hold them: sparse, repeated, partly wrong. */
const row = fc.record({
  email: fc.oneof(
    fc.constantFrom("a@x.test", "A@x.test ", "b@x.test", "bad", "", " "),
    fc.constant(null),
  ),
  linkedin_url: fc.constantFrom(
    "linkedin.com/in/a",
    "https://www.linkedin.com/in/a/",
    "https://linkedin.com/",
    "",
  ),
  phone: fc.oneof(
    fc.constantFrom("12345", "(12)345", "0012345", "1"),
    fc.integer({ min: 0, max: 99999 }),
  ),
  company: fc.constantFrom("Acme", " ACME ", "", "Other"),
  first_name: fc.constantFrom("Ada", "ada lovelace", "", null),
  last_name: fc.oneof(fc.constantFrom("Lovelace", "LOVELACE", ""), text),
  city: fc.oneof(text, fc.constant(5)),
  status: fc.constantFrom("new", "converted", "won", null),
  tags: fc.oneof(fc.array(text, { maxLength: 3 }), fc.constant("x")),
  custom_fields: fc.oneof(document, fc.constant([])),
  converted_at: fc.constantFrom("2026-01-01", "soon", null),
  nickname: fc.constant("x"),
}, { requiredKeys: [] });

interface Answer {
  created: number;
  updated: number;
  duplicate: number;
  rejected: number;
  errors: { row: number; field: string | null; reason: string }[];
}

Deno.test("an import counts each row, and again it creates and changes nothing", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await db.owner`select tests.create_campaign('acme', 'Launch')`;
    const importRows = (rows: unknown[]) =>
      db.as("acme", "manager", (tx) =>
        call<Answer>(
          tx as unknown as postgres.Sql,
          "public.import_leads(tests.id('acme/Launch'), $1::text::jsonb)",
          rows,
        ));
    const leads = () =>
      db.owner`
        select to_jsonb(l) - '{updated_at,scored_at,score,score_grade,score_log,search}'::text[] as lead
          from public.leads as l order by l.id`.then((found) => found.map(({ lead }) => lead));

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 20, arbitrary: row }, { weight: 1, arbitrary: value }), {
          minLength: 1,
          maxLength: 12,
        }),
        async (rows) => {
          await db.owner`delete from public.leads`;
          const first = await importRows(rows);
          const counts = ({ created, updated, duplicate, rejected }: Answer) =>
            created + updated + duplicate + rejected;
          strictEqual(counts(first), rows.length);
          strictEqual(new Set(first.errors.map((error) => error.row)).size, first.rejected);
          ok(first.errors.every((error) => error.row >= 1 && error.row <= rows.length));
          const there = await leads();
          strictEqual(there.length, first.created);
          strictEqual(new Set(there.map((lead) => lead.dedupe_key)).size, first.created);

          const again = await importRows(rows);
          deepStrictEqual(again, {
            created: 0,
            updated: 0,
            duplicate: rows.length - first.rejected,
            rejected: first.rejected,
            errors: first.errors,
          });
          deepStrictEqual(await leads(), there, "every lead is as it was");
        },
      ),
      PARAMETERS,
    );
  });
});

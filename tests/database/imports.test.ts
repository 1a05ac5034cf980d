import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type Outcome, outcomes, patiently, summary } from "./_outcomes.ts";
import { type Random, seeded } from "./_random.ts";
import { type TestDatabase, withDatabase } from "./_support.ts";

const IMPORTERS = 8;
const ROUNDS = 4;
const PEOPLE = 150;

type Row = Record<string, unknown>;
type Counts = { created: number; updated: number; duplicate: number; rejected: number };

/** One person as several rows about them: the same identity in other words, with more or less to say. */
function rowsAbout(person: string, n: number): Row[] {
  const kinds: Row[][] = [
    [
      { email: `${person}@x.test`, first_name: person },
      { email: ` ${person.toUpperCase()}@X.test`, city: "Berlin", custom_fields: { n } },
    ],
    [
      { linkedin_url: `https://www.linkedin.com/in/${person}/`, title: "CEO" },
      { linkedin_url: `linkedin.com/in/${person}?trk=list`, company: "Acme" },
    ],
    [{ phone: `+49 30 ${100000 + n}` }, { phone: `0049-30-${100000 + n}`, tags: ["x"] }],
    [
      { company: "Acme  Ltd", first_name: person, last_name: "Smith" },
      { company: "ACME Ltd", last_name: `${person} smith`, country: "DE" },
    ],
  ];
  return kinds[n % kinds.length]!;
}

async function importRows(db: TestDatabase, campaign: string, rows: Row[]): Promise<Counts> {
  return await db.as("acme", "manager", async (tx) => {
    await patiently(tx);
    const [row] = await tx<{ answer: Counts }[]>`
      select public.import_leads(tests.id(${campaign}), ${tx.json(rows as never)}) as answer`;
    return row!.answer;
  });
}

/** People at work on the leads that are there, until `done`. */
async function work(db: TestDatabase, random: Random, done: () => boolean): Promise<number> {
  let calls = 0;
  for (; !done(); calls++) {
    const ids = (await db.owner<{ id: string }[]>`
      select id from public.leads order by random() limit 20`).map(({ id }) => id);
    if (ids.length === 0) continue;
    await db.as("acme", "owner", async (tx) => {
      await patiently(tx);
      await random.pick([
        () => tx`select public.update_lead(${ids[0]!}, ${tx.json({ industry: "Music" })})`,
        () => tx`select public.bulk_update_leads(${ids}, ${tx.json({ priority: "high" })})`,
        () => tx`select public.bulk_update_lead_status(${ids}, 'contacted')`,
        () => tx`select public.bulk_assign_leads(${ids}, 'sales@acme.test')`,
        () => tx`select public.qualify_lead(${ids[0]!}, 3)`,
        () => tx`select public.record_lead_activity(${ids[0]!}, 'replied')`,
      ])();
    });
  }
  return calls;
}

Deno.test(
  "imports of the same rows at once create each lead once, count every row and never deadlock",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      await db.owner`select tests.create_agency('acme')`;
      for (const name of ["One", "Two"]) {
        await db.owner`select tests.create_campaign('acme', ${name})`;
      }

      for (let round = 0; round < ROUNDS; round++) {
        const people = Array.from({ length: PEOPLE }, (_, n) => `p${round}x${n}`);
        const rows = [
          ...people.flatMap((person, n) => rowsAbout(person, round * PEOPLE + n)),
          { email: "no address" },
          { first_name: "Nobody" },
        ];
        // A third of them the agency has already.
        const before = await importRows(
          db,
          "acme/One",
          people.slice(0, PEOPLE / 3).map((person, n) => rowsAbout(person, round * PEOPLE + n)[0]!),
        );
        strictEqual(before.created, PEOPLE / 3);

        let importing = true;
        const workers = Promise.all(
          [random.fork(), random.fork()].map((own) => work(db, own, () => !importing)),
        );
        workers.catch(() => {}); // Told below; until then it is no stray one.
        const imports = await outcomes(
          Array.from(
            { length: IMPORTERS },
            (_, n) => importRows(db, n % 2 ? "acme/One" : "acme/Two", random.shuffled(rows)),
          ),
        ).finally(() => importing = false);
        await workers;

        const answers = imports.map(({ value, error }) => {
          if (error) throw error;
          return value!;
        });
        for (const { created, updated, duplicate, rejected } of answers) {
          strictEqual(
            created + updated + duplicate + rejected,
            rows.length,
            "every row counts once",
          );
          strictEqual(rejected, 2);
          ok(updated >= 0 && duplicate >= 0);
        }
        strictEqual(
          answers.reduce((sum, { created }) => sum + created, 0),
          PEOPLE - PEOPLE / 3,
          "each identity is created by one import",
        );
      }

      const [there] = await db.owner`
        select count(*)::int as leads, count(distinct dedupe_key)::int as identities,
               count(*) filter (where city = 'Berlin' or company is not null or tags <> '{}'
                 or country is not null)::int as filled
          from public.leads`;
      const all = ROUNDS * PEOPLE;
      deepStrictEqual(there, { leads: all, identities: all, filled: all });
      const [counted] = await db.owner`
        select sum(leads)::int as leads from private.lead_metrics_now
         where scope_id = tests.id('acme') and day = '-infinity'`;
      deepStrictEqual(counted, { leads: all }, "the figures count each once");
    });
  }),
);

Deno.test(
  "imports never deadlock with people who give leads the identities that are being imported",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      await db.owner`select tests.create_agency('acme')`;
      await db.owner`select tests.create_campaign('acme', 'One')`;
      const rows = Array.from({ length: 300 }, (_, n) => ({ email: `p${n}@x.test`, city: `${n}` }));

      for (let round = 0; round < ROUNDS; round++) {
        await db.owner`delete from public.leads`;
        await importRows(
          db,
          "acme/One",
          random.shuffled(rows).slice(0, 150).map(({ email }) => ({ email })),
        );
        let importing = true;
        const edits: string[] = [];
        const editor = async (own: Random) => {
          while (importing) {
            const [lead] = await db.owner<{ id: string }[]>`
              select id from public.leads where deleted_at is null order by random() limit 1`;
            const email = own.pick(rows).email;
            const [{ error }] = await outcomes([
              db.as("acme", "manager", async (tx) => {
                await patiently(tx);
                await tx`select public.update_lead(${lead!.id}, ${tx.json({ email })})`;
              }),
            ]) as [Outcome<unknown>];
            if (error) edits.push(`${error.code} ${error.message}`);
          }
        };
        const editors = Promise.all(Array.from({ length: 4 }, () => editor(random.fork())));
        editors.catch(() => {}); // Told below; until then it is no stray one.
        const imports = await outcomes(
          Array.from({ length: 4 }, () => importRows(db, "acme/One", random.shuffled(rows))),
        ).finally(() => importing = false);
        await editors;

        deepStrictEqual(summary(imports), imports.map(() => "ok"));
        deepStrictEqual(edits.filter((edit) => edit !== "PT409 lead_exists"), []);
        const [there] = await db.owner`
          select count(*)::int as leads, count(distinct dedupe_key)::int as identities from public.leads`;
        strictEqual(there!.leads, there!.identities);
      }
    });
  }),
);

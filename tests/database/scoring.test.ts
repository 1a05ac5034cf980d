import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { TransactionSql } from "postgres";
import { judge, type Lead, type Model, type Rule } from "./_scoring_oracle.ts";
import { withDatabase } from "./_support.ts";

const RUNS = 150;

// Few words, so that rules and leads meet often.
const word = fc.constantFrom(
  "CEO",
  "ceo",
  "Head of Sales",
  "sales",
  "Größe",
  "GRÖßE",
  "12",
  "12.5",
  "-3",
  "x1",
);
const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -80, max: 80 }).map((n) => n / 4),
);
const scalar = fc.oneof(word, number, fc.boolean());
const points = fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.constantFrom(999_999, -999_999))
  .map((n) => n / 100);
const cap = fc.integer({ min: 1, max: 4000 }).map((n) => n / 100);
const days = fc.oneof(
  fc.integer({ min: -5, max: 90 }),
  fc.double({ min: -5, max: 90, noNaN: true }),
);
const halfLife = fc.oneof(
  fc.constantFrom(0.01, 1, 10),
  fc.integer({ min: 1, max: 9000 }).map((n) => n / 100),
);

const PRESENCE = ["exists", "absent"];
const TEXT = ["eq", "neq", "in", "contains", "matches", ...PRESENCE];
const COMPARISON = ["gt", "gte", "lt", "lte", "between", ...PRESENCE];
const TIMES = ["created_at", "last_contacted_at", "responded_at", "qualified_at", "converted_at"];
const ACTIVITIES = ["replied", "meeting", "page_visited", "email_bounced"];

const FIELDS: [fields: string[], operators: string[]][] = [
  [["title", "company", "city", "email", "status", "priority", "tags"], TEXT],
  [["qualification_score", "custom.a", "custom.b c", "company.a"], [...TEXT, ...COMPARISON]],
  [TIMES, COMPARISON],
  [ACTIVITIES.map((type) => `activity:${type}`), COMPARISON],
];

function value(operator: string): fc.Arbitrary<unknown> {
  switch (operator) {
    case "exists":
    case "absent":
      return fc.constant(null);
    case "contains":
      return fc.constantFrom("e", "SALES", "ö", "1", "@example");
    case "matches":
      return fc.constantFrom("^(ceo|head)", "[0-9]+$", "of .*s", "^$", "r[oö]");
    case "in":
      return fc.array(scalar, { minLength: 1, maxLength: 4 });
    case "between":
      return fc.tuple(number, number).map((pair) => pair.sort((a, b) => a - b));
    case "eq":
    case "neq":
      return fc.oneof(scalar, fc.constantFrom("new", "Qualified", "HIGH"));
    default:
      return number;
  }
}

const rule: fc.Arbitrary<Rule> = fc.constantFrom(...FIELDS).chain(([fields, operators]) =>
  fc.tuple(fc.constantFrom(...fields), fc.constantFrom(...operators))
).chain(([field, operator]) => {
  const isActivity = field.startsWith("activity:");
  const fades = (isActivity || TIMES.includes(field)) && operator !== "absent";
  return fc.record({
    rule_group: fc.constantFrom("fit" as const, "engagement" as const),
    field: fc.constant(field),
    operator: fc.constant(operator),
    value: value(operator),
    points,
    cap: fc.option(cap, { nil: undefined }),
    half_life_days: fades ? fc.option(halfLife, { nil: undefined }) : fc.constant(undefined),
    per_occurrence: isActivity && operator !== "absent" ? fc.boolean() : fc.constant(false),
  });
});

const model: fc.Arbitrary<Model> = fc.record({
  base: fc.integer({ min: -2000, max: 10_000 }).map((n) => n / 100),
  fit_cap: fc.option(cap, { nil: undefined }),
  engagement_cap: fc.option(cap, { nil: undefined }),
  rules: fc.array(rule, { maxLength: 12 }),
});

const json = fc.oneof(
  scalar,
  fc.constantFrom(null, ""),
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("ceo", "12", "x"), fc.constant(1), { maxKeys: 2 }),
);
const optionalWord = fc.option(fc.oneof(word, fc.constant("")), { nil: null });
const lead = fc.record({
  title: optionalWord,
  company: optionalWord,
  city: optionalWord,
  status: fc.constantFrom("new", "responded", "qualified", "converted", "rejected"),
  priority: fc.constantFrom("low", "medium", "high", "urgent"),
  qualification_score: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
  tags: fc.array(word, { maxLength: 3 }),
  custom_fields: fc.dictionary(fc.constantFrom("a", "b c"), json),
  company_data: fc.dictionary(fc.constant("a"), json),
  days: fc.dictionary(fc.constantFrom(...TIMES), days),
  activities: fc.array(fc.record({ type: fc.constantFrom(...ACTIVITIES), days }), { maxLength: 8 }),
});
type GivenLead = typeof lead extends fc.Arbitrary<infer T> ? T : never;

/** A time so many days before now, as the database reads it. */
const ago = (days: number, now: number) =>
  new Date(now - Math.round(days * 86_400_000)).toISOString();

async function insertLeads(tx: TransactionSql, leads: GivenLead[], now: number): Promise<void> {
  const rows = leads.map(({ days, activities: _, ...columns }, n) => ({
    ...columns,
    email: `lead${n}@example.test`,
    created_at: ago(0, now),
    ...Object.fromEntries(Object.entries(days).map(([column, age]) => [column, ago(age, now)])),
  }));
  await tx`
    insert into public.leads (
      agency_id, campaign_id, email, title, company, city, status, priority, qualification_score, tags,
      custom_fields, company_data, created_at, last_contacted_at, responded_at, qualified_at, converted_at
    )
    select tests.id('acme'), tests.id('acme/Spring'), r.email, r.title, r.company, r.city, r.status,
           r.priority, r.qualification_score, r.tags, r.custom_fields, r.company_data, r.created_at,
           r.last_contacted_at, r.responded_at, r.qualified_at, r.converted_at
      from jsonb_populate_recordset(null::public.leads, ${tx.json(rows as never)}) as r`;
}

async function insertActivities(
  tx: TransactionSql,
  leads: GivenLead[],
  now: number,
): Promise<void> {
  const rows = leads.flatMap(({ activities }, n) =>
    activities.map(({ type, days }) => ({ n, type, at: ago(days, now) }))
  );
  await tx`
    insert into public.lead_activities (agency_id, lead_id, type, occurred_at)
    select l.agency_id, l.id, r.type, r.at
      from jsonb_to_recordset(${tx.json(rows)}) as r (n integer, type text, at timestamptz)
      join public.leads as l on l.email = 'lead' || r.n || '@example.test'`;
}

/** Compares what is stored about each lead with the oracle, at its own time and at `moment`. */
async function compare(tx: TransactionSql, model: Model, moment: string): Promise<void> {
  const found = await tx<{
    columns: Lead["columns"];
    times: Lead["times"];
    activities: Lead["activities"];
    stored: { at: number; log: number[]; score: number; sum: number };
    then: { at: number; log: number[]; score: number };
  }[]>`
    with micros as (
      select l.id, jsonb_object_agg(t.name, (extract(epoch from t.at) * 1000000)::bigint) as times
        from public.leads as l
       cross join lateral (values
         ('created_at', l.created_at), ('last_contacted_at', l.last_contacted_at),
         ('responded_at', l.responded_at), ('qualified_at', l.qualified_at),
         ('converted_at', l.converted_at), ('scored_at', l.scored_at)) as t (name, at)
       where t.at is not null
       group by l.id
    )
    select to_jsonb(l) as columns, m.times,
           coalesce((
             select jsonb_agg(jsonb_build_object(
                 'type', a.type, 'at', (extract(epoch from a.occurred_at) * 1000000)::bigint))
               from public.lead_activities as a where a.lead_id = l.id
           ), '[]') as activities,
           jsonb_build_object('at', m.times -> 'scored_at', 'log', l.score_log, 'score', l.score * 100, 'sum', (
             select 100 * greatest(0, least(100, s.base + coalesce(sum((e ->> 'points')::numeric), 0)))
               from public.lead_scores as s
               left join jsonb_array_elements(s.contributions) as e on true
              where s.lead_id = l.id and s.score = l.score
              group by s.base
           )) as stored,
           jsonb_build_object('at', (extract(epoch from ${moment}::timestamptz) * 1000000)::bigint,
             'log', t.log, 'score', t.score * 100) as then
      from public.leads as l
      join micros as m on m.id = l.id
     cross join private.score_lead(l, ${moment}) as t`;
  for (const { columns, times, activities, stored, then } of found) {
    const subject = { columns, times, activities };
    const expect = (at: number) => {
      const { rules, caps, score } = judge(model, subject, at);
      return { at, log: [...rules, caps.fit, caps.engagement], score };
    };
    const expected = expect(stored.at);
    deepStrictEqual(stored, { ...expected, sum: expected.score });
    deepStrictEqual(then, expect(then.at));
  }
}

/** Runs `work` in a transaction and takes all of it back. */
async function taken(
  begin: (run: (tx: TransactionSql) => Promise<void>) => Promise<unknown>,
  work: (tx: TransactionSql) => Promise<void>,
): Promise<void> {
  const done = new Error("taken back");
  await begin(async (tx) => {
    await work(tx);
    throw done;
  }).catch((error) => {
    if (error !== done) throw error;
  });
}

Deno.test("random models judge random leads as the documentation says, and the log adds up", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await db.owner`select tests.create_campaign('acme', 'Spring')`;
    // A failure prints the seed and the smallest example.
    await fc.assert(
      fc.asyncProperty(
        model,
        fc.array(lead, { minLength: 1, maxLength: 3 }),
        days,
        async (model, leads, age) => {
          const now = Date.now();
          const { rules, ...frame } = model;
          await taken((run) => db.owner.begin(run), async (tx) => {
            await tx`select tests.publish_model('acme', ${tx.json(rules as never)}, ${
              tx.json(frame)
            })`;
            await insertLeads(tx, leads, now);
            await compare(tx, model, ago(age, now));
            await insertActivities(tx, leads, now);
            await tx`update public.leads set title = 'Sales', priority = 'high' where email = 'lead0@example.test'`;
            await compare(tx, model, ago(-age, now));
          });
        },
      ),
      { numRuns: RUNS },
    );
  });
});

/**
 * Procedures against the statement at their core, which does the same to the same table with all of its
 * triggers, but asks nobody's permission, checks no document and leaves no audit event.
 * @module
 */

import postgres from "postgres";
import type { BenchDatabase } from "./_database.ts";
import { compareStatements, inTurns, median, type Result } from "./_measure.ts";

interface Procedure {
  name: string;
  base: string;
  ours: string;
  /** Takes new e-mail addresses instead of ids of leads. */
  creates?: boolean;
}

const lead = (agency: string) => `where agency_id = '${agency}' and id = $1::uuid`;

function procedures({ agencies, campaignId }: BenchDatabase, assignee: string): Procedure[] {
  const agency = agencies[0]!;
  return [
    {
      name: "create_lead",
      creates: true,
      base: `insert into public.leads (agency_id, campaign_id, first_name, email, company, city)
             values ('${agency}', '${campaignId}', 'Ada', $1, 'Acme', 'Berlin') returning *`,
      ours: `select * from public.create_lead('${campaignId}', jsonb_build_object(
               'first_name', 'Ada', 'email', $1::text, 'company', 'Acme', 'city', 'Berlin'))`,
    },
    {
      name: "update_lead",
      base: `update public.leads set title = 'Founder ' || nextval('bench.counter') ${lead(agency)}
             returning *`,
      ours: `select * from public.update_lead($1::uuid,
               jsonb_build_object('title', 'Founder ' || nextval('bench.counter')))`,
    },
    {
      name: "assign_lead",
      base: `update public.leads
                set assigned_to = '${assignee}', assigned_at = now(), assignment_reason = 'manual'
             ${lead(agency)} returning *`,
      ours: `select * from public.assign_lead($1::uuid, '${assignee}')`,
    },
    {
      name: "get_lead",
      base: `select * from public.lead_details ${lead(agency)}`,
      ours: "select * from public.get_lead($1::uuid)",
    },
  ];
}

/** Compares whole transactions, as a caller waits for them, and the time in the server alone. */
export async function benchProcedures(db: BenchDatabase): Promise<Result[]> {
  const { sql, userId } = db;
  const ids = (await sql<{ id: string }[]>`
    select id from public.leads where agency_id = ${db.agencies[0]!} and assigned_to is null
     order by id limit 4000`).map(({ id }) => id);
  const [assignee] = await sql<{ id: string }[]>`select tests.id('main/sales') as id`;
  const session = postgres(db.url("supabase_admin"), { max: 1, onnotice: () => {} });
  let taken = 0;
  const next = (creates?: boolean) =>
    creates ? `bench${++taken}@procedures.test` : ids[taken++ % ids.length]!;
  const claims = JSON.stringify({ sub: userId, role: "authenticated" });
  const transaction = (role: string, { creates }: Procedure, statement: string) => async () => {
    const argument = next(creates);
    const begun = performance.now();
    await session.begin(async (tx) => {
      await tx`select set_config('request.jwt.claims', ${claims}, true),
                      set_config('request.headers', '{}', true), set_config('role', ${role}, true)`;
      await tx.unsafe(statement, [argument], { prepare: true });
    });
    return [performance.now() - begun];
  };
  const results: Result[] = [];
  try {
    for (const procedure of procedures(db, assignee!.id)) {
      const times = await inTurns(
        150,
        transaction("postgres", procedure, procedure.base),
        transaction("authenticated", procedure, procedure.ours),
      );
      results.push({
        bench: "procedures",
        what: `${procedure.name} / its core statement, as a transaction`,
        base: median(times.base),
        ours: median(times.ours),
        aim: { ratio: 1.5 },
      });
      const medians = await compareStatements(sql, {
        base: { statement: procedure.base },
        ours: { userId, statement: procedure.ours },
      }, {
        rounds: 20,
        arguments: () => Array.from({ length: 10 }, () => next(procedure.creates)),
      });
      results.push({
        bench: "procedures",
        what: `${procedure.name} / its core statement, in the server alone`,
        ...medians,
      });
    }
  } finally {
    await session.end();
  }
  return results;
}

/**
 * An import of 100,000 leads against `insert … select` of the same leads into a table with the same
 * columns, indexes, generated columns and constraints, without our triggers.
 * @module
 */

import { openDatabase } from "./_database.ts";
import { inTurns, type Result } from "./_measure.ts";

const BATCH = 10_000;

/** Compares batch by batch; both tables grow alike. Each batch is one durable transaction. */
export async function benchImport(serverUrl: string, rows: number): Promise<Result[]> {
  await using db = await openDatabase(serverUrl);
  const { sql } = db;
  await sql.unsafe(`
    create table bench.leads (like public.leads including all);
    alter table bench.leads
      add foreign key (agency_id) references public.agencies (id),
      add foreign key (agency_id, campaign_id) references public.campaigns (agency_id, id),
      add foreign key (agency_id, assigned_to) references public.memberships (agency_id, user_id);
    create table bench.staged as select * from bench.rows(1, ${rows + BATCH});
    create index on bench.staged (n);
    analyze bench.staged;
    alter table bench.leads owner to postgres;
    grant select on bench.staged to public;
    create table bench.documents as
      select (s.n - 1) / ${BATCH} as batch, jsonb_agg(to_jsonb(s) - 'n' order by s.n) as rows
        from bench.staged as s group by 1;
    grant select on bench.documents to public;
  `);
  const batches = Math.ceil(rows / BATCH);
  const size = Math.min(BATCH, rows);
  const claims = JSON.stringify({ sub: db.userId, role: "authenticated" });
  const timed = async (role: string, statement: string) => {
    const begun = performance.now();
    await sql.begin(async (tx) => {
      await tx`select set_config('request.jwt.claims', ${claims}, true),
                      set_config('request.headers', '{}', true), set_config('role', ${role}, true)`;
      await tx.unsafe(statement);
    });
    return [performance.now() - begun];
  };
  const times = await inTurns(
    batches,
    (round) =>
      timed(
        "postgres",
        `insert into bench.leads (agency_id, campaign_id, first_name, last_name, email, phone, company,
           title, website, linkedin_url, city, country, industry, tags, custom_fields, source_data)
         select '${
          db.agencies[0]
        }', '${db.campaignId}', first_name, last_name, email, phone, company,
           title, website, linkedin_url, city, country, industry, tags, custom_fields, source_data
           from bench.staged where n between ${round * BATCH + 1} and ${round * BATCH + size}`,
      ),
    (round) =>
      timed(
        "authenticated",
        `select public.import_leads('${db.campaignId}', (
           select jsonb_path_query_array(rows, '$[0 to ${size - 1}]')
             from bench.documents where batch = ${round}))`,
      ),
  );
  const [there] = await sql<{ ours: number; base: number }[]>`
    select (select count(*) from public.leads)::int as ours,
           (select count(*) from bench.leads)::int as base`;
  if (there!.ours !== there!.base) throw new Error(`${there!.ours} leads beside ${there!.base}`);
  const sum = (all: number[]) => all.reduce((total, time) => total + time, 0);
  return [{
    bench: "import",
    what: `import_leads of ${(batches * size).toLocaleString("en")} leads / insert … select`,
    base: sum(times.base),
    ours: sum(times.ours),
    aim: { ratio: 3 },
  }];
}

/**
 * What a person reads all day: a page, a count, a search, at a million leads of 200 agencies, by a member
 * of three of them. The base is the same query with the same filter, past RLS.
 * @module
 */

import { type BenchDatabase } from "./_database.ts";
import { compareStatements, type Result, type Side } from "./_measure.ts";

const COLUMNS =
  `id, campaign_id, first_name, last_name, email, phone, company, title, city, country,
  status, priority, score, score_grade, assigned_to, tags, created_at, updated_at`;

/** Compares on a database that holds its leads already. */
export async function benchReads(db: BenchDatabase): Promise<Result[]> {
  const { sql, userId, agencies: [agency] } = db;
  const mine = `agency_id = any ('{${db.agencies.join(",")}}'::uuid[])`;
  const one = `agency_id = '${agency}'`;
  const page = "order by created_at desc, id desc limit 50";
  const details = `select jsonb_build_object('items', jsonb_agg(to_jsonb(r))) from (
    select * from public.lead_details where ${one} and deleted_at is null`;
  const [word] = await sql<{ last_name: string }[]>`
    select last_name from public.leads where agency_id = ${agency!} order by id limit 1`;

  const compared: { what: string; aim: number; base: string; ours: string }[] = [
    ...[["of one agency", one, one], ["of all one's agencies", mine, "true"]].map((
      [where, base, ours],
    ) => ({
      what: `page of 50 ${where}: table under RLS`,
      aim: 3,
      base: `select ${COLUMNS} from public.leads where ${base} and deleted_at is null ${page}`,
      ours: `select ${COLUMNS} from public.leads where ${ours} and deleted_at is null ${page}`,
    })),
    {
      what: "page of 50 of one agency, with names and total: list_leads / view and rows",
      aim: 3,
      base: `${details} ${page}) as r`,
      ours: `select public.list_leads(agency_id => '${agency}', page_size => 50)`,
    },
    ...[["of one agency", one, one], ["of all one's agencies", mine, "true"]].map((
      [where, base, ours],
    ) => ({
      what: `count ${where}: table under RLS`,
      aim: 1.5,
      base: `select count(*) from public.leads where ${base} and deleted_at is null`,
      ours: `select count(*) from public.leads where ${ours} and deleted_at is null`,
    })),
    ...[["a rare word", word!.last_name], ["a common word", "berlin"]].map(([kind, query]) => ({
      what: `search for ${kind}: search_leads`,
      aim: 2,
      base: `select * from public.leads
              where ${one} and search @@ '''${
        query!.toLowerCase()
      }'':*'::tsquery and deleted_at is null
              order by ts_rank(search, '''${
        query!.toLowerCase()
      }'':*'::tsquery) desc, id desc limit 20`,
      ours: `select * from public.search_leads('${query}', '${agency}', 20)`,
    })),
  ];
  const results: Result[] = [];
  for (const { what, aim, base, ours } of compared) {
    const sides: { base: Side; ours: Side } = {
      base: { statement: base },
      ours: { userId, statement: ours },
    };
    const medians = await compareStatements(sql, sides, {
      rounds: 20,
      arguments: () => ["", "", "", ""],
    });
    results.push({ bench: "reads", what, ...medians, aim: { ratio: aim } });
  }
  return results;
}

/**
 * What the mutation check breaks: every statement drops or loosens one thing that keeps people out of
 * data or wrong values out of tables.
 * @module
 */

import type { Sql } from "postgres";
import { loosenCondition, loosenFunction } from "./guards.ts";

/** One way to break the schema. */
export interface Mutation {
  /** What it breaks, in a line. */
  name: string;
  /** The statement that the owner runs. */
  statement: string;
  /** A word that tests about the broken thing are likely to hold: they run first. */
  about: string;
}

const RELATIONS = `
  select c.oid, c.oid::regclass as name, c.relname, c.relkind from pg_class as c
   where (c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
          or c.relnamespace = 'private'::regnamespace and c.relkind in ('r', 'p')) and not c.relispartition`;

const REACH = `
  with relations as (${RELATIONS}), policies as (
    select format('%I on %s', p.polname, p.polrelid::regclass) as name, r.relname,
           pg_get_expr(p.polqual, p.polrelid) as qual, p.polwithcheck
      from pg_policy as p join pg_class as r on r.oid = p.polrelid
     -- Of the services' tables nothing but the policies is the owner's to change.
     where r.relnamespace in ('public'::regnamespace, 'storage'::regnamespace, 'realtime'::regnamespace)
  ), procedures as (
    select p.oid, p.oid::regprocedure as name, p.proname, p.prosrc ~ 'require_user' as is_personal
      from pg_proc as p
     where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
  )
  select 'drop policy ' || name as statement, relname as about from policies
  union all select 'alter policy ' || name || ' using (true)', relname from policies where qual <> 'true'
  union all select 'alter policy ' || name || ' with check (true)', relname
    from policies where polwithcheck is not null
  union all select 'alter table ' || name || ' disable row level security', relname
    from relations where relkind <> 'v'
  union all select 'alter view ' || name || ' set (security_invoker = false)', relname
    from relations where relkind = 'v'
  union all select format('grant %s on %s to %s', privilege, name, role), relname
    from relations
    cross join unnest(array['select', 'insert', 'update', 'delete']) as privilege
    cross join unnest(array['anon', 'authenticated']) as role
   where not has_table_privilege(role, oid, privilege)
  union all select format('revoke %s on %s from authenticated', privilege, name), relname
    from relations cross join unnest(array['select', 'insert', 'update', 'delete']) as privilege
   where has_table_privilege('authenticated', oid, privilege)
      or (privilege <> 'delete' and has_any_column_privilege('authenticated', oid, privilege))
  union all select format('grant execute on function %s to %s', name, role), proname
    from procedures cross join unnest(array['anon', 'authenticated']) as role
   where not has_function_privilege(role, oid, 'execute')
  union all select format('revoke execute on function %s from authenticated, public', name), proname
    from procedures where has_function_privilege('authenticated', oid, 'execute')
  union all select format('revoke execute on function %s from service_role, public', name), proname
    -- What is a person's own refuses the secret key in any case.
    from procedures where has_function_privilege('service_role', oid, 'execute') and not is_personal`;

const CONSTRAINTS = `
  select format('alter table %s drop constraint %I cascade', k.conrelid::regclass, k.conname) as statement,
         c.relname as about
    from pg_constraint as k join pg_class as c on c.oid = k.conrelid
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
     and not c.relispartition and k.contype in ('c', 'f', 'u', 'x') and k.conparentid = 0
  union all
  select format('drop index %s', i.indexrelid::regclass), c.relname
    from pg_index as i join pg_class as c on c.oid = i.indrelid
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and not c.relispartition
     and i.indisunique and not exists (select from pg_constraint as k where k.conindid = i.indexrelid)`;

const TRIGGERS = `
  select 'drop ' || case
           when r.relnamespace = any (array['public', 'private']::regnamespace[])
             then format('trigger %I on %s', t.tgname, t.tgrelid::regclass)
           -- A service's table is not the owner's; the function is.
           else format('function %s cascade', t.tgfoid::regprocedure)
         end as statement, r.relname as about
    from pg_trigger as t join pg_class as r on r.oid = t.tgrelid join pg_proc as p on p.oid = t.tgfoid
   where not t.tgisinternal and t.tgparentid = 0 and not r.relispartition
     and p.pronamespace = 'private'::regnamespace`;

const FUNCTIONS = `
  select p.oid::regprocedure::text as name, p.proname as about, pg_get_functiondef(p.oid) as definition
    from pg_proc as p
   where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prokind = 'f'`;

const CONDITIONS = `
  select format('alter policy %I on %s', p.polname, p.polrelid::regclass) as name, r.relname as about,
         c.clause, c.condition
    from pg_policy as p join pg_class as r on r.oid = p.polrelid
   cross join lateral (values ('using', pg_get_expr(p.polqual, p.polrelid)),
                              ('with check', pg_get_expr(p.polwithcheck, p.polrelid))) as c (clause, condition)
   where c.condition like '(%'
     and r.relnamespace in ('public'::regnamespace, 'storage'::regnamespace, 'realtime'::regnamespace)`;

/**
 * Guards behind which the same question is asked once more, so that no caller can tell them from none:
 * they stay, because a procedure should say itself whom it lets in.
 */
const ASKED_TWICE = [
  // get_top_campaigns, whose rows it shows, asks for the same.
  "get_agency_overview(uuid,text) without perform private.require(",
  // The secret key, without which neither goes on, may do everything with every source.
  "record_data_source_test(uuid,boolean,integer,text) without private.authorize_data_source",
  "replace_data_source_credentials(uuid,text,jsonb) without private.authorize_data_source",
  // The claim is asked for before the batch, and once more when its lease is extended.
  "import_job_batch(uuid,bigint,jsonb,jsonb,jsonb,integer,jsonb) without private.hold_job",
  "import_job_batch(uuid,bigint,jsonb,jsonb,jsonb,integer,jsonb) without private.extend_lease",
  // The permission asked for next is held in one's own agencies alone, with which the row's key begins.
  // Where the row is locked (the first query of each), a test sees that nobody else's is.
  "private.authorize_campaign(uuid,text,boolean,boolean) without private.my_agencies() (2)",
  "private.authorize_data_source(uuid,text,boolean) without private.my_agencies() (2)",
  "private.authorize_job(uuid,text,boolean) without private.my_agencies() (2)",
  "private.authorize_lead(uuid,text,boolean,boolean) without private.my_agencies() (2)",
  "private.may_hear(text) without private.my_agencies() (2)",
  // Nobody has campaigns of their own elsewhere; the agency is what the index begins with.
  "private.own_leads(text) without private.agencies_with(own_leads.permission || '_client')",
  // It says no where it could say yes, and the policy then asks for every row: slower, and as closed.
  "private.holds_everywhere(text) without e.user_id = v_user",
  "private.holds_everywhere(text) without (v_requested is null or",
  // Its partitions, which are truncated with it, refuse; it does where there is none.
  "drop trigger audit_log_never_truncated on audit_log",
  "drop trigger row_changes_never_truncated on private.row_changes",
];

/** Every mutation of the schema in the database. */
export async function readMutations(sql: Sql): Promise<Mutation[]> {
  const statements = await sql.unsafe<{ statement: string; about: string }[]>(
    `${REACH} union all ${CONSTRAINTS} union all ${TRIGGERS} order by 1`,
  );
  const functions = await sql.unsafe<{ name: string; about: string; definition: string }[]>(
    `${FUNCTIONS} order by 1`,
  );
  const policies = await sql.unsafe<
    { name: string; about: string; clause: string; condition: string }[]
  >(`${CONDITIONS} order by 1, 3`);
  const all = [
    ...statements.map(({ statement, about }) => ({ name: statement, statement, about })),
    ...policies.flatMap(({ name, about, clause, condition }) =>
      loosenCondition(condition).map(({ guard, definition }) => ({
        name: `${name} ${clause}, without ${guard}`,
        statement: `${name} ${clause} (${definition})`,
        about,
      }))
    ),
    ...functions.flatMap(({ name, about, definition }) =>
      loosenFunction(definition).map((loosened) => ({
        name: `${name} without ${loosened.guard}`,
        statement: loosened.definition,
        about,
      }))
    ),
  ];
  return all.filter(({ name }) => !ASKED_TWICE.some((known) => name.startsWith(known)));
}

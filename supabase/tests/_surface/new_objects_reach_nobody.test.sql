begin;
select plan(5);

create table public.probe (id integer);
create function public.probe_procedure() returns integer language sql as 'select 1';
create table private.probe (id integer);

select is_empty($$
  select role, privilege
    from unnest(array['anon', 'authenticated']) as role
    cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
   where has_table_privilege(role, 'public.probe', privilege)
$$, 'a new table of public is granted to nobody on the Data API');

select is_empty($$
  select role from unnest(array['anon', 'authenticated']) as role
   where has_function_privilege(role, 'public.probe_procedure()', 'execute')
$$, 'a new function of public is granted to nobody on the Data API');

select is_empty($$
  select role from unnest(array['anon', 'authenticated']) as role
   where has_table_privilege(role, 'private.probe', 'select, insert, update, delete')
$$, 'a new table of private is granted to nobody on the Data API');

select is_empty($$
  select c.oid::regclass, role, privilege
    from pg_class as c
    cross join unnest(array['anon', 'authenticated', 'service_role']) as role
    cross join unnest(array['truncate', 'references', 'trigger']) as privilege
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
     and c.relkind in ('r', 'p', 'v') and c.relname <> 'probe'
     and has_table_privilege(role, c.oid, privilege)
$$, 'nobody on the Data API may truncate, refer to, or put triggers on a table');

select is_empty($$
  select c.oid::regclass, role
    from pg_class as c
    cross join unnest(array['anon', 'authenticated']) as role
   where c.relnamespace = 'private'::regnamespace and c.relkind in ('r', 'p', 'v')
     and (has_any_column_privilege(role, c.oid, 'insert, update') or has_table_privilege(role, c.oid, 'delete')
          or (has_any_column_privilege(role, c.oid, 'select') and c.relkind <> 'v'
            and not exists (select from pg_policy as p where p.polrelid = c.oid and c.relforcerowsecurity)))
$$, 'nobody on the Data API writes a table of private, or reads one without a policy');

select * from finish();
rollback;

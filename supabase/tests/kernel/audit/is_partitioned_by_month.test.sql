begin;
select plan(9);

create function pg_temp.partitions() returns setof text language sql as $$
  select c.relname::text from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
   where i.inhparent = 'public.audit_log'::regclass
$$;
select is(
  array(select p from pg_temp.partitions() as p where p in (select 'audit_log_' || to_char(now() + make_interval(months => n), 'YYYY_MM') from generate_series(0, 3) as n) order by p),
  array(select 'audit_log_' || to_char(date_trunc('month', now()) + make_interval(months => n), 'YYYY_MM') from generate_series(0, 3) as n order by 1),
  'this month and three ahead are there');
select is_empty(
  $$ select c.relname from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
      where i.inhparent = 'public.audit_log'::regclass
        and (not c.relrowsecurity or not c.relforcerowsecurity or c.relnamespace <> 'private'::regnamespace) $$,
  'each in private, with row level security forced');
select is_empty(
  $$ select p from pg_temp.partitions() as p where has_table_privilege('authenticated', 'private.' || p, 'select') $$,
  'and granted to nobody');

create temporary table had as select count(*) as n from pg_temp.partitions();
select lives_ok($$ select private.create_audit_partitions() $$, 'asked again');
select is((select count(*) from pg_temp.partitions()), n, 'nothing is made twice') from had;
select private.create_audit_partitions(5);
select is((select count(*) from pg_temp.partitions()), n + 2, 'more months are made when asked for') from had;

select tests.create_agency('acme');
select is_empty(
  $$ select from public.audit_log as a where a.tableoid <> ('private.audit_log_' || to_char(now(), 'YYYY_MM'))::regclass $$,
  'an event goes into its month');
insert into public.audit_log (agency_id, at, actor_type, action, entity)
values (tests.id('acme'), '2001-01-01', 'system', 'agency.remembered', 'agency'),
       (tests.id('acme'), '2101-01-01', 'system', 'agency.foreseen', 'agency');
select is(count(*), 2::bigint, 'what no month takes is kept by the default partition') from private.audit_log_default;
select throws_ok($$ delete from private.audit_log_default $$, 'PT405', 'append_only', 'append-only as well');

select * from finish();
rollback;

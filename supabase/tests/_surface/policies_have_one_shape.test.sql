begin;
select plan(8);

-- A policy's conditions with the blessed form `(( SELECT private.f(…) AS f))` taken out: it becomes an
-- InitPlan, evaluated once per statement, and the comparison beside it an index condition.
create temporary view conditions as
  select p.tablename, p.policyname, condition,
         regexp_replace(condition, '\( SELECT private\.\w+\((?:[^()]|\([^()]*\))*\) AS \w+\)', '<once>', 'g') as rest
    from pg_policies as p
    cross join unnest(array[p.qual, p.with_check]) as condition
   where p.schemaname = 'public' and condition is not null;

select is_empty($$
  select tablename, policyname, roles from pg_policies
   where schemaname in ('public', 'private', 'storage', 'realtime') and roles <> '{authenticated}'
$$, 'every policy is for authenticated alone');

select is_empty($$
  select tablename, policyname from pg_policies where schemaname = 'public' and permissive <> 'PERMISSIVE'
$$, 'no policy is restrictive');

select is_empty($$
  select tablename, policyname, rest from conditions where rest ~ 'SELECT|private\.|auth\.|current_setting'
$$, 'a policy asks only helpers of private, each once per statement; no other subquery');

select is_empty($$
  select c.tablename, c.policyname, c.rest
    from conditions as c
   where c.rest !~ '^\(*agency_id = ANY \(<once>::uuid\[\]\)'
     and exists (
       select from information_schema.columns as k
        where k.table_schema = 'public' and k.table_name = c.tablename and k.column_name = 'agency_id'
     )
$$, 'a policy of a tenant table begins with agency_id = any ((select …)::uuid[])');

select is_empty($$
  select tablename, policyname, cmd
    from pg_policies
   where schemaname = 'public'
     and policyname !~ ('^' || tablename || '_' || lower(cmd) || '_[a-z_]+$')
$$, 'a policy is called <table>_<command>_<who>');

select is_empty($$
  select tablename, policyname from pg_policies
   where schemaname = 'public' and cmd = 'UPDATE' and with_check is distinct from qual
$$, 'an update leaves a row where its policy would find it again');

-- Files have no agency_id: the first folder of the path stands for it, compared as text, so that a path
-- that is no uuid matches nothing instead of raising.
select is_empty($$
  select p.policyname, condition
    from pg_policies as p
    cross join unnest(array[p.qual, p.with_check]) as condition
   where p.schemaname = 'storage' and condition is not null
     and condition !~ ('^\(\(bucket_id = ''\w+''::text\) AND \(\(storage\.foldername\(name\)\)\[1\] = ANY '
       || '\(\(\( SELECT private\.agencies_with\(VARIADIC ARRAY\[[^]]+\]\) AS agencies_with\)\)::text\[\]\)\)\)$')
$$, 'a policy of files names one bucket and asks for the agency of the first folder');

select is_empty($$
  select policyname, cmd from pg_policies
   where schemaname = 'storage' and policyname !~ ('^objects_' || lower(cmd) || '_[a-z_]+$')
$$, 'a policy of files is called objects_<command>_<bucket>');

select * from finish();
rollback;

begin;
select plan(3);

select is_empty($$
  select c.oid::regclass from pg_class as c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
     and obj_description(c.oid, 'pg_class') is null
$$, 'every public table and view has a comment');

select is_empty($$
  select p.oid::regprocedure from pg_proc as p
   where p.pronamespace = 'public'::regnamespace and obj_description(p.oid, 'pg_proc') is null
$$, 'every public function has a comment');

select is_empty($$
  select t.oid::regtype from pg_type as t
   where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd')
     and obj_description(t.oid, 'pg_type') is null
$$, 'every public type has a comment');

select * from finish();
rollback;

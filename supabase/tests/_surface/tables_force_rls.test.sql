begin;
select plan(2);

select is_empty($$
  select c.oid::regclass, c.relrowsecurity, c.relforcerowsecurity
    from pg_class as c
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
     and c.relkind in ('r', 'p')
     and (c.relnamespace = 'public'::regnamespace or c.relispartition)
     and not (c.relrowsecurity and c.relforcerowsecurity)
$$, 'every public table, and every partition of one, has forced row level security');

select is_empty($$
  select c.oid::regclass
    from pg_class as c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and not exists (select from pg_policy as p where p.polrelid = c.oid)
$$, 'every public table has a policy');

select * from finish();
rollback;

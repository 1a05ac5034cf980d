begin;
select plan(2);

select is_empty($$
  select c.oid::regclass, c.relrowsecurity, c.relforcerowsecurity
    from pg_class as c
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
     and c.relkind in ('r', 'p')
     and not (c.relrowsecurity and c.relforcerowsecurity)
$$, 'every table and every partition has forced row level security, whoever it is granted to');

select is_empty($$
  select c.oid::regclass
    from pg_class as c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and not exists (select from pg_policy as p where p.polrelid = c.oid)
$$, 'every public table has a policy');

select * from finish();
rollback;

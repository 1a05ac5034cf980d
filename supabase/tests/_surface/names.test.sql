begin;
select plan(4);

create temporary view tables as
  select c.oid, c.relname
    from pg_class as c
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
     and c.relkind in ('r', 'p') and not c.relispartition;

select is_empty($$
  select t.relname, k.conname
    from tables as t join pg_constraint as k on k.conrelid = t.oid
   where k.conname !~ ('^' || t.relname || '_')
$$, 'a constraint is called <table>_<fact>');

select is_empty($$
  select t.relname, k.conname
    from tables as t join pg_constraint as k on k.conrelid = t.oid
   where k.contype = 'c' and k.conname ~ '_check\d*$'
$$, 'a check constraint has a name that states the fact');

select is_empty($$
  select t.relname, i.indexrelid::regclass
    from tables as t
    join pg_index as i on i.indrelid = t.oid
    join pg_class as c on c.oid = i.indexrelid
   where not exists (select from pg_constraint as k where k.conindid = i.indexrelid)
     and c.relname !~ ('^' || t.relname || '_.*_idx$')
$$, 'an index is called <table>_<columns>_idx');

select is_empty($$
  select t.tgrelid::regclass, t.tgname, p.oid::regproc
    from pg_trigger as t join pg_proc as p on p.oid = t.tgfoid
   where not t.tgisinternal and p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
     and (p.proname !~ '^tg_' or p.pronamespace <> 'private'::regnamespace)
$$, 'a trigger calls a function private.tg_…');

select * from finish();
rollback;

begin;
select plan(4);

-- The queue and its clock are the platform's: workers go through them from agency to agency, and some
-- of what stands there is no agency's. A task is looked up by its own id alone.
create temporary view tenant_tables as
  select c.oid, c.oid::regclass as name, a.attnum as agency
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attname = 'agency_id' and not a.attisdropped
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
     and c.relkind in ('r', 'p')
     and c.oid not in ('private.tasks'::regclass, 'private.schedules'::regclass);

select is_empty($$
  select t.name
    from tenant_tables as t
    join pg_attribute as a on a.attrelid = t.oid and a.attnum = t.agency
   where not a.attnotnull
$$, 'agency_id is never null');

select is_empty($$
  select t.name, k.conname
    from tenant_tables as t
    join pg_constraint as k on k.conrelid = t.oid and k.contype in ('p', 'u', 'x')
   where k.conkey[1] <> t.agency
$$, 'agency_id leads every primary key, unique and exclusion constraint of a tenant table');

select is_empty($$
  select t.name, i.indexrelid::regclass
    from tenant_tables as t
    join pg_index as i on i.indrelid = t.oid and i.indisunique
   where i.indkey[0] <> t.agency
$$, 'agency_id leads every unique index of a tenant table');

select is_empty($$
  select t.name, k.conname
    from tenant_tables as t
    join pg_constraint as k on k.conrelid = t.oid and k.contype = 'f'
    join tenant_tables as target on target.oid = k.confrelid
   where k.conkey[1] <> t.agency or k.confkey[1] <> target.agency
$$, 'a foreign key between tenant tables carries the agency, so that no row can point into another one');

select * from finish();
rollback;

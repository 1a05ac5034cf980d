begin;
select plan(18);

select tests.create_agency('acme');
select tests.create_agency('globex');

create function pg_temp.put(bucket text, name text) returns void language sql as $$
  insert into storage.objects (bucket_id, name) values (put.bucket, put.name);
$$;
grant execute on function pg_temp.put(text, text) to public;

select results_eq(
  $$ select b.id, b.public, b.file_size_limit from storage.buckets as b order by b.id $$,
  $$ values ('exports', false, 209715200::bigint), ('imports', false, 209715200::bigint) $$,
  'two private buckets for files of at most 200 MiB');

-- Writing lists
select tests.act_as('acme', 'researcher');
select lives_ok(
  format('select pg_temp.put(%L, %L)', 'imports', tests.id('acme') || '/spring/leads.csv'),
  'who writes data sources puts a list below their agency''s id');
select throws_ok(
  format('select pg_temp.put(%L, %L)', 'imports', tests.id('globex') || '/leads.csv'),
  '42501', 'new row violates row-level security policy for table "objects"', 'not below another agency''s');
select throws_ok(
  format('select pg_temp.put(%L, %L)', 'exports', tests.id('acme') || '/leads.csv'),
  '42501', 'new row violates row-level security policy for table "objects"', 'nobody signed in writes exports');
select throws_ok(
  format('select pg_temp.put(%L, %L)', 'imports', path), '42501', 'new row violates row-level security policy for table "objects"',
  format('a path that begins with no agency of theirs is refused: %L', path))
from unnest(array[
  'leads.csv', '', '/', 'not-a-uuid/leads.csv', '../' || tests.id('acme') || '/leads.csv',
  '/' || tests.id('acme') || '/leads.csv', tests.id('acme')::text, upper(tests.id('acme')::text) || 'x/y'
]) as path;

select tests.act_as('acme', 'analyst');
select throws_ok(
  format('select pg_temp.put(%L, %L)', 'imports', tests.id('acme') || '/other.csv'),
  '42501', 'new row violates row-level security policy for table "objects"', 'who only reads data sources puts none');

-- Seeing, replacing, removing
select tests.act_as_postgres();
select pg_temp.put('exports', tests.id('acme') || '/all.csv'), pg_temp.put('imports', tests.id('globex') || '/theirs.csv');

create function pg_temp.seen(slug text, role text) returns text[] language plpgsql as $$
declare
  v_seen text[];
begin
  perform tests.act_as(seen.slug, seen.role);
  select array_agg(o.bucket_id || ':' || storage.filename(o.name) order by 1) into v_seen
    from (select o.bucket_id, o.name from storage.objects as o order by o.bucket_id, o.name) as o;
  return v_seen;
end;
$$;
select is(
  array[pg_temp.seen('acme', 'owner')::text, pg_temp.seen('acme', 'sales')::text,
        pg_temp.seen('acme', 'client')::text, pg_temp.seen('globex', 'manager')::text],
  array['{exports:all.csv,imports:leads.csv}', null, null, '{imports:theirs.csv}'],
  'lists are seen by who reads data sources, exports by who reads every lead; both of their own agency');

select tests.act_as('globex', 'owner');
update storage.objects set owner_id = 'me' where storage.filename(name) = 'leads.csv';
select set_config('storage.allow_delete_query', 'true', true);
delete from storage.objects where storage.filename(name) in ('leads.csv', 'all.csv');
select tests.act_as('acme', 'researcher');
select throws_ok(
  format('update storage.objects set name = %L where storage.filename(name) = ''leads.csv''',
    tests.id('globex') || '/leads.csv'),
  '42501', 'new row violates row-level security policy for table "objects"', 'a list is not moved to another agency');
delete from storage.objects where storage.filename(name) = 'all.csv';
select tests.act_as_postgres();
select results_eq(
  format($$ select storage.filename(o.name), o.owner_id from storage.objects as o
             where o.name like %L order by o.bucket_id $$, tests.id('acme') || '/%'),
  $$ values ('all.csv', null::text), ('leads.csv', null) $$,
  'another agency''s owner, and who may not delete leads, changed and removed nothing');

select tests.act_as('acme', 'researcher');
delete from storage.objects where storage.filename(name) = 'leads.csv';
select tests.act_as('acme', 'manager');
delete from storage.objects where storage.filename(name) = 'all.csv';
select tests.act_as_postgres();
select is_empty(
  format('select from storage.objects where name like %L', tests.id('acme') || '/%'),
  'who writes data sources removes lists, who deletes leads removes exports');

-- A member who was removed
select tests.act_as('acme', 'owner');
select public.remove_member(tests.id('acme'), tests.id('acme/researcher'));
select tests.act_as('acme', 'researcher');
select throws_ok(
  format('select pg_temp.put(%L, %L)', 'imports', tests.id('acme') || '/late.csv'),
  '42501', 'new row violates row-level security policy for table "objects"', 'a removed member puts nothing, with the same token');

select * from finish();
rollback;

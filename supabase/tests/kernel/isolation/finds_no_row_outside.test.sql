begin;
select plan(23);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_agency('initech');
insert into public.clients (agency_id, name) select id, 'Client' from public.agencies;
select tests.create_campaign(s, 'Launch') from unnest('{acme,globex,initech}'::text[]) as s;
select tests.create_lead(s, 'Launch', '{"email": "lead@x.test", "status": "contacted"}')
  from unnest('{acme,globex,initech}'::text[]) as s;

create function pg_temp.leaks_of(slug text, role text) returns jsonb language plpgsql as $$
declare
  v_answer jsonb;
begin
  perform tests.act_as(slug, role);
  v_answer := public.test_isolation();
  perform tests.act_as_postgres();
  return v_answer;
end;
$$;
select is(pg_temp.leaks_of('acme', r.role) -> 'isolated', 'true', format('%s sees nothing of other agencies', r.role))
  from public.roles as r order by r.position;
select is(pg_temp.leaks_of('globex', 'owner') -> 'isolated', 'true', 'nor does the owner of another agency');

select is_empty(
  $$ select t from jsonb_array_elements(pg_temp.leaks_of('acme', 'owner') -> 'tables') as t where t -> 'rows_outside' <> '0' $$,
  'every count is zero');
select set_eq(
  $$ select t ->> 'table' from jsonb_array_elements(pg_temp.leaks_of('acme', 'owner') -> 'tables') as t $$,
  $$ select c.relname::text from pg_class as c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
        and has_any_column_privilege('authenticated', c.oid, 'select')
        and (c.relname = 'agencies' or exists (
          select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'agency_id' and not a.attisdropped)) $$,
  'every table and view of tenants that can be read is counted');

-- One's own seat is one's own wherever it is.
insert into public.memberships (agency_id, user_id, status)
values (tests.id('globex'), tests.id('acme/sales'), 'suspended'), (tests.id('initech'), tests.id('acme/sales'), 'active');
insert into public.membership_roles values (tests.id('globex'), tests.id('acme/sales'), 'owner'),
  (tests.id('initech'), tests.id('acme/sales'), 'manager');
select is(pg_temp.leaks_of('acme', 'sales') -> 'isolated', 'true', 'a seat one is suspended from is no leak');
select tests.act_as_user(tests.id('acme/sales'), tests.id('acme'));
select is(public.test_isolation() -> 'isolated', 'true', 'nor is one in an agency that the request does not name');

select tests.act_as_postgres();
select tests.create_user('new@example.test');
select tests.act_as_user(tests.id('new@example.test'));
select is(public.test_isolation() -> 'isolated', 'true', 'who belongs to none sees nothing');
select is_empty(
  $$ select from public.agencies union all select from public.leads union all select from public.memberships $$,
  'really nothing');
select tests.act_as_anon();
select throws_ok($$ select public.test_isolation() $$, '42501', null, 'anon does not ask');

select * from finish();
rollback;

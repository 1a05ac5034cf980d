begin;
select plan(13);

select tests.create_agency('acme');
select tests.create_agency('globex');
update public.memberships set title = 'Head of Growth', status = 'suspended' where user_id = tests.id('acme/manager');
update public.profiles set full_name = null where id = tests.id('acme/coach');

select tests.act_as('acme', 'sales');
create temporary table listed as
  select page, public.list_members(page => page, page_size => 4) as answer from generate_series(1, 5) as page;

select is(array(select jsonb_array_length(answer -> 'items') from listed order by page), '{4,4,4,3,0}', 'pages of four');
select is(array(select distinct (answer ->> 'total')::integer from listed), '{15}', 'of fifteen in all');
select is(
  array(select i.item ->> 'user_id' from listed, jsonb_array_elements(answer -> 'items') with ordinality as i (item, n) order by page, n),
  array(select p.id::text from public.profiles as p order by coalesce(p.full_name, p.email::text), p.id),
  'each member once, by name, or by address where there is none');
select is(
  (select i - '{created_at,user_id,avatar_url}'::text[] from listed, jsonb_array_elements(answer -> 'items') as i where i ->> 'email' = 'manager@acme.test'),
  '{"email": "manager@acme.test", "full_name": "Manager of acme", "title": "Head of Growth", "status": "suspended", "client_id": null, "roles": ["manager"], "overrides": []}',
  'with status and roles');

create function pg_temp.found(search text) returns text[] language sql as $$
  select array(select i ->> 'email' from jsonb_array_elements(public.list_members(search => found.search) -> 'items') as i)
$$;
select is(pg_temp.found('OWNER of'), '{owner@acme.test}', 'search looks into names');
select is(pg_temp.found('analyst@'), '{analyst@acme.test}', 'addresses');
select is(pg_temp.found('growth'), '{manager@acme.test}', 'and titles');
select is(pg_temp.found('50%_'), '{}', 'taken literally');

select throws_ok(format($$ select public.list_members(page => %s, page_size => %s) $$, p, s), 'PT422', 'page_out_of_range',
  format('page %s of %s is refused', p, s))
  from (values ('0', '20'), ('1', '0'), ('1', '101')) as v (p, s);
select throws_ok($$ select public.list_members(tests.id('globex')) $$, 'PT404', 'agency_not_found', 'not of another agency');
select tests.act_as('acme', 'client');
select throws_ok($$ select public.list_members() $$, 'PT403', 'permission_denied', 'not by who may not see members');

select * from finish();
rollback;

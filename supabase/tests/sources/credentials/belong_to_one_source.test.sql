-- An envelope is sealed for an agency and the id of a source, so that both are asked for before.
begin;
select plan(9);

select tests.create_agency('acme'), tests.create_agency('globex');
create function pg_temp.made(id uuid) returns text language sql as $$
  select format('select public.create_data_source(%L, %L, data_source_id => %L)', 'api', 'Fair', id);
$$;
grant execute on function pg_temp.made(uuid) to public;

select tests.act_as('acme', 'researcher');
create temporary table named as select * from public.authorize_data_source_write();
grant select on named to public;
select is((select jsonb_strip_nulls(to_jsonb(n)) - 'id' - 'agency_id' from named as n), '{}', 'one that is to be created has nothing yet');
select is((select n.agency_id from named as n), tests.id('acme'), 'but an agency');
select is((public.create_data_source('api', 'Fair', data_source_id => (select n.id from named as n))).id,
  (select n.id from named as n), 'and an id, which it is created with');
select isnt((public.authorize_data_source_write()).id, (select n.id from named as n), 'the next has another');
select throws_ok(pg_temp.made((select n.id from named as n)), 'PT409', 'data_source_exists', 'no other is created with it');
select throws_ok(format('select public.authorize_data_source_write(null, %L)', tests.id('globex')), 'PT404', 'agency_not_found',
  'nobody is told an id for another agency');

-- Workers name a source by its id alone.
select tests.act_as('globex', 'owner');
select throws_ok(pg_temp.made((select n.id from named as n)), 'PT409', 'data_source_exists', 'in any agency');
select tests.act_as('acme', 'analyst');
select throws_ok('select public.authorize_data_source_write()', 'PT403', 'permission_denied', 'who only reads sources names none');

select tests.act_as_postgres();
select is((select count(*) from public.data_sources), 1::bigint, 'what was refused left nothing');

select * from finish();
rollback;

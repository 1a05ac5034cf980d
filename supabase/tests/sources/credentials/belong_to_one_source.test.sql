-- An envelope is sealed for an agency and the id of a source, so that both are asked for before.
begin;
select plan(8);

select tests.create_agency('acme'), tests.create_agency('globex');
create function pg_temp.made(seed text) returns uuid language sql as $$
  select s.id from public.create_data_source('api', 'Fair', id_seed => seed) as s;
$$;
grant execute on function pg_temp.made(text) to public;

select tests.act_as('acme', 'researcher');
create temporary table named as
  select (n ->> 'agency_id')::uuid as agency_id, (n ->> 'id')::uuid as id, n ->> 'id_seed' as seed
    from public.authorize_new_data_source() as n;
grant select on named to public;
select is(n.agency_id, tests.id('acme'), 'one that is to be created has an agency') from named as n;
select is(pg_temp.made(n.seed), n.id, 'and the id that it is created with') from named as n;
select isnt((public.authorize_new_data_source() ->> 'id')::uuid, n.id, 'the next has another') from named as n;
select throws_ok(format('select pg_temp.made(%L)', n.seed), '23505', null, 'nothing is created twice') from named as n;
select throws_ok(format('select public.authorize_new_data_source(%L)', tests.id('globex')), 'PT404', 'agency_not_found',
  'nobody is told an id for another agency');

-- Workers name a source by its id alone.
select tests.act_as('globex', 'owner');
select isnt(pg_temp.made(n.seed), n.id, 'in another agency the same seed makes another id') from named as n;
select isnt(pg_temp.made(n.id::text), n.id, 'and no seed is the id') from named as n;
select tests.act_as('acme', 'analyst');
select throws_ok('select public.authorize_new_data_source()', 'PT403', 'permission_denied', 'who only reads sources names none');

select * from finish();
rollback;

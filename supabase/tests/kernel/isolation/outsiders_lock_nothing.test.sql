-- A row is locked before it is judged. Were another agency's found, whoever is to be refused would first
-- wait for whoever works on it. The lock leaves its mark in the row, even when what took it is undone.
begin;
select plan(7);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Launch');

create function pg_temp.marks() returns text language sql volatile as $$
  select concat_ws(' ', (select xmax from public.campaigns), (select xmax from public.leads),
    (select xmax from public.data_sources), (select xmax from public.scraping_jobs))
$$;
create temporary table before as select pg_temp.marks();

select tests.act_as('globex', 'owner');
select throws_ok('select public.' || call, 'PT404', null, split_part(call, '(', 1))
  from unnest(array[
    'update_campaign(tests.id(''acme/Launch''), ''{"name": "x"}'')', 'delete_lead(tests.id(''acme/lead@x.test''))',
    'update_data_source(tests.id(''acme/List''), ''{"name": "x"}'')', 'start_scraping_job(tests.id(''acme/job''))'
  ]) as call;
select tests.act_as_postgres();
select is(pg_temp.marks(), marks, 'leave no lock behind') from before;

-- Whose row it is has it locked.
select tests.act_as('acme', 'analyst');
select throws_ok($$ select public.delete_lead(tests.id('acme/lead@x.test')) $$, 'PT403', 'permission_denied', 'who may see it is refused');
select tests.act_as_postgres();
select isnt(pg_temp.marks(), marks, 'with the lock that the test looks for') from before;

select * from finish();
rollback;

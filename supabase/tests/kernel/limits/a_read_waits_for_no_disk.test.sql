begin;
select plan(7);

-- With wal_level logical a subtransaction that writes leaves a record in the log, and the commit waits
-- for it to reach the disk, with the counters locked. A read writes no more than its charge: outside.
create function pg_temp.charged_in() returns setof text language sql as $$
  select distinct case c.xmin when pg_current_xact_id()::xid then 'the transaction' else 'a part' end
    from private.rate_counters as c $$;
select tests.create_agency('acme');
select tests.set_limit('read', 'user', 3), tests.set_limit('read', 'agency', 9);
select tests.act_as('acme', 'owner');
select is(public.call_procedure('get_agency', jsonb_build_object('agency_id', tests.id('acme')), 'read') ->> 'slug', 'acme', 'a read');
select tests.act_as_postgres();
select set_eq('select pg_temp.charged_in()', '{the transaction}'::text[], 'is charged by the transaction itself');
select tests.act_as('acme', 'owner');
select is(public.call_procedure('get_lead', '{}', 'read') ->> 'code', '42883', 'one that fails');
select tests.act_as_postgres();
select set_eq('select pg_temp.charged_in()', '{the transaction}'::text[], 'as well');

-- Without a subtransaction there is nothing to roll back: what is refused has taken nothing anywhere.
select tests.act_as('acme', 'owner');
set local role postgres;
select is((private.end_call(private.begin_call('read', null, null))).status, null, 'the last one passes');
create temporary table before as select c.kind, c.tat from private.rate_counters as c;
select is((private.end_call(private.begin_call('read', null, null))).status, 429, 'the next does not');
select results_eq('select kind, tat from private.rate_counters order by 1', 'select kind, tat from before order by 1',
  'and counts against no limit');

select * from finish();
rollback;

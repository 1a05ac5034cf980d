begin;
select plan(14);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring'), tests.create_campaign('acme', 'Other');
create function pg_temp.totals(name text default 'Spring') returns setof jsonb language sql security definer as $$
  select s.payload #> '{totals,total}' from tests.sent('campaign:' || tests.id('acme/' || name)) as s where s.event = 'metrics'
$$;
create function pg_temp.a_second_passes() returns void language sql security definer as $$
  update private.announcements set at = at - interval '1 second'
$$;
grant execute on all functions in schema pg_temp to public;
select tests.act_as('acme', 'manager');

select public.create_lead(tests.id('acme/Spring'), '{"email": "1@x.test"}');
select results_eq(format('select * from tests.sent(%L)', 'campaign:' || tests.id('acme/Spring')), $$
  select 'metrics', jsonb_build_object('agency_id', tests.id('acme'), 'campaign_id', tests.id('acme/Spring'),
    'totals', public.get_campaign_performance(tests.id('acme/Spring')) -> 'totals') $$, 'a change is told at once, as the figures stand');
select is_empty($$ select pg_temp.totals('Other') $$, 'of its campaign alone');

select public.create_lead(tests.id('acme/Spring'), '{"email": "2@x.test"}');
select public.create_lead(tests.id('acme/Spring'), '{"email": "3@x.test"}');
select is_empty('select pg_temp.totals()', 'what follows within the second is not');
select public.create_lead(tests.id('acme/Other'), '{"email": "4@x.test"}');
select results_eq($$ select pg_temp.totals('Other') $$, $$ values ('1'::jsonb) $$, 'another campaign has a second of its own');

select tests.act_as_postgres();
select is(private.announce_due(), 0, 'the clock too waits for it to pass');
select pg_temp.a_second_passes();
select is(private.announce_due(), 1, 'then it tells');
select results_eq('select pg_temp.totals()', $$ values ('3'::jsonb) $$, 'the last state, once');
select is((select count(*) from private.announcements_due), 0::bigint, 'and nothing is left');

select tests.act_as('acme', 'manager');
select pg_temp.a_second_passes();
select public.update_lead((select id from public.leads where email = '1@x.test'), '{"city": "Oslo"}');
select is_empty('select pg_temp.totals()', 'what changes no figure is not told');
select tests.act_as_postgres();
select is((select count(*) from private.announcements_due), 0::bigint, 'not later either');
select tests.act_as('acme', 'manager');
select public.update_lead((select id from public.leads where email = '1@x.test'), '{"status": "contacted"}');
select results_eq(format('select payload #> %L from tests.sent(%L)', '{totals,contacted}', 'campaign:' || tests.id('acme/Spring')),
  $$ values ('1'::jsonb) $$, 'and is told');

-- There and back within the second: what was told is true again.
select public.delete_lead((select id from public.leads where email = '3@x.test'));
select public.restore_lead((select id from public.leads where email = '3@x.test'));
select tests.act_as_postgres();
select pg_temp.a_second_passes();
select is(private.announce_due(), 1, 'what became true again');
select is_empty('select pg_temp.totals()', 'is not told twice');
update public.campaigns set deleted_at = now() where id = tests.id('acme/Spring');
select tests.act_as('acme', 'manager');
select pg_temp.a_second_passes();
select tests.act_as_postgres();
update public.leads set deleted_at = now() where email = '1@x.test';
select is_empty('select pg_temp.totals()', 'a deleted campaign says no more');

select * from finish();
rollback;

begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
-- Days are counted in UTC, today the thirtieth.
insert into public.leads (agency_id, campaign_id, email, created_at)
select tests.id('acme'), tests.id('acme/Launch'), n || '@x.test', ((now() at time zone 'UTC')::date - n + time '23:59:59') at time zone 'UTC'
  from unnest('{0,1,29,30,400}'::int[]) as n;

select tests.act_as('acme', 'analyst');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'total', '5', 'all of them');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'last_30_days' -> 'total', '3', 'those of 30 days');
select set_config('timezone', 'Pacific/Auckland', true);
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'last_30_days' -> 'total', '3', 'whatever the session''s time zone');
select tests.act_as_postgres();
select private.fold();
select tests.act_as('acme', 'analyst');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'last_30_days' -> 'total', '3', 'folded or not');

select * from finish();
rollback;

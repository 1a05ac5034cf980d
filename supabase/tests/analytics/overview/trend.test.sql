begin;
select plan(5);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
create function pg_temp.add(days_ago int, status text, leads int) returns void language sql as $$
  insert into public.leads (agency_id, campaign_id, email, status, created_at)
  select tests.id('acme'), tests.id('acme/Launch'), format('%s.%s.%s@x.test', days_ago, status, n), status::public.lead_status,
         now() - make_interval(days => days_ago)
    from generate_series(1, leads) as n
$$;
create function pg_temp.trend() returns jsonb language plpgsql as $$
declare
  v_trend jsonb;
begin
  perform tests.act_as('acme', 'analyst');
  v_trend := public.get_agency_overview(range => '7d') -> 'trend';
  perform tests.act_as_postgres();
  return v_trend;
end;
$$;
select is(pg_temp.trend(), '{"total": null, "converted": null, "conversion_rate": null, "response_rate": null, "qualification_rate": null}',
  'of nothing there is no trend');
select pg_temp.add(0, 'converted', 2), pg_temp.add(0, 'contacted', 2), pg_temp.add(0, 'new', 4);
select is(pg_temp.trend(), '{"total": null, "converted": null, "conversion_rate": null, "response_rate": null, "qualification_rate": null}',
  'nor against nothing');
select pg_temp.add(8, 'contacted', 3), pg_temp.add(8, 'responded', 1);
select is(pg_temp.trend(), '{"total": 1.0000, "converted": null, "conversion_rate": null, "response_rate": 1.0000, "qualification_rate": null}',
  'twice as many is 1, what was 0 before has none');
select pg_temp.add(9, 'converted', 4);
select is(pg_temp.trend(), '{"total": 0.0000, "converted": -0.5000, "conversion_rate": -0.5000, "response_rate": -0.2000, "qualification_rate": -0.5000}',
  'as many is 0, half is -0.5');
select private.fold();
select is(pg_temp.trend(), '{"total": 0.0000, "converted": -0.5000, "conversion_rate": -0.5000, "response_rate": -0.2000, "qualification_rate": -0.5000}',
  'folded or not');

select * from finish();
rollback;

begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
create function pg_temp.schedules() returns text language sql security definer as $$
  select string_agg(format('%s %s %s %s', s.cron, s.timezone, s.kind, s.agency_id = tests.id('acme')), ',') from private.schedules as s where s.name like 'data_source:%';
$$;
create function pg_temp.change(changes jsonb) returns void language sql as $$
  select public.update_data_source((select s.id from public.data_sources as s), changes);
$$;
grant execute on all functions in schema pg_temp to public;
select tests.act_as('acme', 'researcher');

select throws_ok(format($$ select public.create_data_source('csv', 'List', '{"schedule": "every day", "schedule_campaign_id": "%s"}') $$, tests.id('acme/Spring')),
  'PT422', 'cron_invalid', 'a schedule is cron');
select throws_ok($$ select public.create_data_source('csv', 'List', '{"schedule": "0 6 * * *"}') $$, '23514', null, 'and says where to');
select throws_ok(format($$ select public.create_data_source('csv', 'List', '{"schedule": "0 6 * * *", "schedule_timezone": "Mars/Base", "schedule_campaign_id": "%s"}') $$, tests.id('acme/Spring')),
  'PT422', 'timezone_unknown', 'on this planet');
select public.create_data_source('csv', 'List', jsonb_build_object('schedule', '0 6 * * *', 'schedule_timezone', 'Europe/Lisbon', 'schedule_campaign_id', tests.id('acme/Spring')));
select is(pg_temp.schedules(), '0 6 * * * Europe/Lisbon data_source.scheduled_run t', 'a source with a schedule has one with the clock');
select pg_temp.change('{"schedule": "0 7 * * 1-5"}');
select is(pg_temp.schedules(), '0 7 * * 1-5 Europe/Lisbon data_source.scheduled_run t', 'which follows it');
select pg_temp.change('{"status": "inactive"}');
select is(pg_temp.schedules(), null, 'rests with it');
select pg_temp.change('{"status": "active"}');
select is(pg_temp.schedules(), '0 7 * * 1-5 Europe/Lisbon data_source.scheduled_run t', 'comes back with it');
select pg_temp.change('{"schedule": null}');
select is(pg_temp.schedules(), null, 'and goes with it');
select is((select s.schedule_campaign_id from public.data_sources as s), tests.id('acme/Spring'), 'the rest of it stays for another time');

-- A schedule runs jobs.
select tests.act_as_postgres();
insert into public.member_permissions (agency_id, user_id, permission, effect)
values (tests.id('acme'), tests.id('acme/researcher'), 'jobs.run', 'deny');
select tests.act_as('acme', 'researcher');
select throws_ok($$ select pg_temp.change('{"schedule": "0 8 * * *"}') $$, 'PT403', 'permission_denied', 'who may not run jobs sets no schedule');
select lives_ok($$ select pg_temp.change('{"name": "Renamed"}') $$, 'but changes the rest');
select tests.act_as('acme', 'owner');
select public.delete_campaign(tests.id('acme/Spring'));
select throws_ok($$ select pg_temp.change('{"schedule": "0 8 * * *"}') $$, 'PT404', 'campaign_not_found', 'and nobody one into a deleted campaign');

select * from finish();
rollback;

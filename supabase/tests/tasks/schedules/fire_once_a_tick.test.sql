begin;
select plan(16);
select tests.create_agency('acme');
delete from private.schedules;
delete from private.chores;
select private.set_schedule('report', '*/5 * * * *', 'maintenance.sweep', '{"n": 1}', tests.id('acme'), 'Europe/Lisbon');
select cmp_ok((select next_run_at from private.schedules), '>', now(), 'a schedule begins in the future');
select is(private.tick() -> 'fired', '0', 'before its time nothing happens');

update private.schedules set next_run_at = now() - interval '3 hours';
select is(private.tick() -> 'fired', '1', 'its time comes');
select results_eq('select agency_id, kind, payload::jsonb, state::text from private.tasks',
  $$ values (tests.id('acme'), 'maintenance.sweep', '{"n": 1}'::jsonb, 'available') $$, 'and makes its task');
select is(private.tick() -> 'fired', '0', 'once, however late it was');
select is((select count(*) from private.tasks), 1::bigint, 'so that there is one');
select ok((select last_run_at = now() and next_run_at > now() and next_run_at <= now() + interval '5 minutes' from private.schedules), 'the next time is the next of the expression');

update private.schedules set next_run_at = now();
select private.tick();
select is((select count(*) from private.tasks), 1::bigint, 'while the last one''s task is not finished nothing is added');

update private.tasks set state = 'completed';
update public.agencies set archived_at = now() where slug = 'acme';
update private.schedules set next_run_at = now();
select is(private.tick() -> 'fired', '0', 'an archived agency rests');

select private.set_schedule('report', '0 4 * * mon', 'maintenance.sweep');
select results_eq('select agency_id, cron from private.schedules', $$ values (null::uuid, '0 4 * * mon') $$, 'a schedule is replaced by its name');
select throws_ok($$ select private.set_schedule('x', '0 4 * *', 'maintenance.sweep') $$, 'PT422', 'cron_invalid', 'four fields are none');
select throws_ok($$ select private.set_schedule('x', '0 4 * * *', 'nonesuch.kind') $$, 'PT422', 'task_kind_unknown', 'nor a kind that nobody runs');
select throws_ok($$ select private.set_schedule('x', '0 4 * * *', 'maintenance.sweep', timezone => 'Mars/Olympus') $$, 'PT422', 'timezone_unknown', 'time zones are known ones');
select throws_ok($$ select private.set_schedule('x', '0 4 * * *', 'maintenance.sweep', timezone => 'XYZ5') $$, 'PT422', 'timezone_unknown', 'and not whatever a cast would take');
select ok(private.drop_schedule('report'), 'a schedule can be dropped');
select ok(not private.drop_schedule('report'), 'once');
select * from finish();
rollback;

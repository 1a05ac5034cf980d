begin;
select plan(4);
delete from private.schedules;
delete from private.chores;
select private.set_schedule('broken', '0 4 * * *', 'maintenance.sweep');
select private.set_schedule('sound', '0 5 * * *', 'maintenance.sweep');
-- As it is once a time zone has another name: nothing tells the database.
update private.schedules set timezone = 'Mars/Olympus' where name = 'broken';
update private.schedules set next_run_at = now() - case name when 'broken' then interval '2 minutes' else interval '1 minute' end;

select is(private.tick() -> 'fired', '1', 'the one behind it fires');
select results_eq('select unique_key from private.tasks', $$ values ('schedule:sound') $$, 'and makes its task; the other makes none');
select is((select next_run_at from private.schedules where name = 'broken'), now() + interval '1 hour',
  'that one is tried again in an hour');
select ok((select last_run_at is null from private.schedules where name = 'broken'), 'and has not run');
select * from finish();
rollback;

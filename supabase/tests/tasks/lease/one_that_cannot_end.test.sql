begin;
select plan(6);
-- A domain that cannot bear the end of its task keeps that one, and no other.
select tests.enqueue(options => '{"as": "stuck", "max_attempts": 1, "payload": {"stuck": true}}');
select tests.enqueue(options => '{"as": "spent", "max_attempts": 1}');
select tests.enqueue(options => '{"as": "silent"}');
select count(*) from tests.claim(3);
create function pg_temp.tg_tasks__refuse() returns trigger language plpgsql as $$
begin
  raise exception 'No.';
end;
$$;
create trigger tasks_refuse after update on private.tasks
  for each row when (new.state = 'discarded' and new.payload ? 'stuck') execute function pg_temp.tg_tasks__refuse();
-- It comes first.
update private.tasks set lease_until = now() - case when payload ? 'stuck' then interval '2 seconds' else interval '1 second' end;

set local client_min_messages = error;
select is(private.rescue_tasks(), 2::bigint, 'the others are taken back');
select is((tests.task('silent')).state::text, 'available', 'one is in line again');
select is((tests.task('spent')).state::text, 'discarded', 'one is given up');
select is((tests.task('stuck')).state::text, 'running', 'the one that fails stays what it is');
select is((select t ->> 'id' from tests.claim() as t), tests.id('silent')::text, 'and claims go on');
drop trigger tasks_refuse on private.tasks;
select is((select format('%s %s', private.rescue_tasks(), (tests.task('stuck')).state)), '1 discarded', 'until nothing is in its way');
select * from finish();
rollback;

create or replace function private.tick()
returns jsonb
language plpgsql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
#variable_conflict error
declare
  v_report jsonb;
begin
  v_report := jsonb_build_object(
    -- First, while nothing is locked: it waits for jobs and their sources. Schedules are skipped that somebody has.
    'rescued', private.rescue_tasks(),
    'fired', private.fire_schedules(),
    'promoted', private.promote_tasks(),
    'chores', private.do_chores(),
    'waiting', exists (select from private.tasks as t where t.state = 'available')
  );
  if (v_report -> 'waiting')::boolean then
    perform private.call_worker();
  end if;
  return v_report;
end;
$$;

comment on function private.tick() is
  'The clock, every few seconds by pg_cron or whatever stands in for it: fires schedules, puts in line what is due, takes back what silent workers held, does the chores, calls the worker function where tasks wait. Any number may tick at once. Returns {fired, promoted, rescued, chores, waiting}.';

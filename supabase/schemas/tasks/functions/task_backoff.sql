create or replace function private.task_backoff(attempts integer)
returns interval
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  -- 5 s, 10 s, 20 s … to six hours, each a fifth shorter to a fifth longer, so that what failed
  -- together does not come back together.
  return make_interval(secs =>
    least(5 * 2 ^ (least(task_backoff.attempts, 20) - 1), 21600) * (0.8 + 0.4 * random()));
end;
$$;

comment on function private.task_backoff(integer) is
  'How long a task waits after so many attempts: doubling from 5 seconds to 6 hours, give or take a fifth.';

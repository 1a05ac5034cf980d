create or replace function private.fail_task(
  task_id uuid,
  claim bigint,
  reason text,
  retry_in_seconds integer default null,
  final boolean default false
)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
  v_again boolean;
begin
  v_task := private.hold_task(fail_task.task_id, fail_task.claim);
  v_again := v_task.attempts < v_task.max_attempts and not coalesce(fail_task.final, false);
  update private.tasks as t
     set state = case when v_again then 'retryable' else 'discarded' end::private.task_state,
         run_at = case when v_again then now() + case
             when fail_task.retry_in_seconds is null then private.task_backoff(t.attempts)
             else make_interval(secs => greatest(fail_task.retry_in_seconds, 0)) end
           else t.run_at end,
         finished_at = case when v_again then null else now() end,
         last_error = left(fail_task.reason, 2000), lease_until = null
   where t.id = v_task.id
  returning t.* into v_task;
  return jsonb_build_object('state', v_task.state, 'run_at', v_task.run_at);
end;
$$;

comment on function private.fail_task(uuid, bigint, text, integer, boolean) is
  'Ends an attempt without success; see public.fail_task(), which asks who calls.';

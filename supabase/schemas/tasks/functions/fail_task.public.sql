create or replace function public.fail_task(
  task_id uuid,
  claim bigint,
  error text,
  retry_in_seconds integer default null,
  final boolean default false
)
returns jsonb
language sql -- plpgsql takes no argument of the name error
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
  select private.require_service();
  select private.fail_task(fail_task.task_id, fail_task.claim, fail_task.error, fail_task.retry_in_seconds, fail_task.final);
$$;

comment on function public.fail_task(uuid, bigint, text, integer, boolean) is
  'For workers: the attempt failed. The task comes back after so many seconds, or with exponential backoff, and is discarded after its last attempt or at once when final. Returns {state, run_at}. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.fail_task(uuid, bigint, text, integer, boolean) from public, anon, authenticated;
grant execute on function public.fail_task(uuid, bigint, text, integer, boolean) to service_role;

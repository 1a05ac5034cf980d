create or replace function public.enqueue_task(
  kind text,
  payload jsonb default '{}',
  agency_id uuid default null,
  unique_key text default null,
  run_at timestamptz default null,
  priority integer default 0,
  max_attempts integer default 20
)
returns uuid
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  return private.enqueue_task(enqueue_task.kind, enqueue_task.payload, enqueue_task.agency_id,
    enqueue_task.unique_key, enqueue_task.run_at, enqueue_task.priority, enqueue_task.max_attempts);
end;
$$;

comment on function public.enqueue_task(text, jsonb, uuid, text, timestamptz, integer, integer) is
  'For workers: puts a task in line and returns its id; where an unfinished task has the unique key, that one''s id. Errors: 403 service_required, 422 task_kind_unknown, and the named checks of tasks.';
revoke all on function public.enqueue_task(text, jsonb, uuid, text, timestamptz, integer, integer) from public, anon, authenticated;
grant execute on function public.enqueue_task(text, jsonb, uuid, text, timestamptz, integer, integer) to service_role;

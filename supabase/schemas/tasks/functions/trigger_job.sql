create or replace function public.trigger_job(
  kind text,
  payload jsonb default '{}',
  agency_id uuid default null,
  run_at timestamptz default null,
  priority integer default 0
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
begin
  perform private.require_staff();
  if trigger_job.agency_id is not null
    and not exists (select from public.agencies as a where a.id = trigger_job.agency_id) then
    raise exception using errcode = 'PT404', message = 'agency_not_found',
      detail = 'There is no agency with this id.', hint = 'Leave it out for work that is no agency''s.';
  end if;
  v_task.id := private.enqueue_task(trigger_job.kind, trigger_job.payload, trigger_job.agency_id,
    run_at => trigger_job.run_at, priority => trigger_job.priority);
  select t.* into v_task from private.tasks as t where t.id = v_task.id;
  perform private.audit(coalesce(v_task.agency_id, private.platform()), 'task.triggered', v_task.id,
    null, private.task_document(v_task));
  return private.task_document(v_task);
end;
$$;

comment on function public.trigger_job(text, jsonb, uuid, timestamptz, integer) is
  'For staff of the platform: puts a task of a known kind in line, now or for later. Errors: 401 not_signed_in, 403 staff_required, 404 agency_not_found, 422 task_kind_unknown, and the named checks of tasks.';
revoke all on function public.trigger_job(text, jsonb, uuid, timestamptz, integer) from public, anon;
grant execute on function public.trigger_job(text, jsonb, uuid, timestamptz, integer) to authenticated;

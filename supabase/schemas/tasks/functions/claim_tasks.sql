create or replace function public.claim_tasks(worker text, kinds text[], max_tasks integer, lease_seconds integer)
returns json
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  if not private.is_service() then
    perform private.require_service();
  end if;
  if (claim_tasks.max_tasks between 1 and 1000 and claim_tasks.lease_seconds between 1 and 86400) is not true then
    perform private.refuse_claim(claim_tasks.max_tasks, claim_tasks.lease_seconds);
  end if;
  return private.serve_worker('[]'::jsonb, claim_tasks.worker, claim_tasks.kinds, claim_tasks.max_tasks,
    claim_tasks.lease_seconds) -> 'tasks';
end;
$$;

comment on function public.claim_tasks(text, text[], integer, integer) is
  'For workers: takes up to so many tasks of the kinds, agency by agency in turns, and returns [{id, agency_id, kind, payload, claim, attempt, max_attempts, lease_until, last_error}]. Each is the worker''s until its lease ends. Errors: 403 service_required, 422 task_batch_out_of_range, lease_out_of_range.';
revoke all on function public.claim_tasks(text, text[], integer, integer) from public, anon, authenticated;
grant execute on function public.claim_tasks(text, text[], integer, integer) to service_role;

create or replace function public.exchange_tasks(
  finished jsonb,
  worker text,
  kinds text[],
  max_tasks integer,
  lease_seconds integer
)
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
  if (exchange_tasks.max_tasks between 1 and 1000 and exchange_tasks.lease_seconds between 1 and 86400) is not true then
    perform private.refuse_claim(exchange_tasks.max_tasks, exchange_tasks.lease_seconds);
  end if;
  return private.serve_worker(exchange_tasks.finished, exchange_tasks.worker, exchange_tasks.kinds,
    exchange_tasks.max_tasks, exchange_tasks.lease_seconds);
end;
$$;

comment on function public.exchange_tasks(jsonb, text, text[], integer, integer) is
  'For workers: complete_tasks and claim_tasks in one call, one transaction and one commit: {lost, tasks}. A busy worker needs nothing else. Errors: 403 service_required, 422 task_batch_out_of_range, lease_out_of_range.';
revoke all on function public.exchange_tasks(jsonb, text, text[], integer, integer) from public, anon, authenticated;
grant execute on function public.exchange_tasks(jsonb, text, text[], integer, integer) to service_role;

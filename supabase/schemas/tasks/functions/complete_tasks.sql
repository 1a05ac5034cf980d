create or replace function public.complete_tasks(finished jsonb)
returns json
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  return json_build_object('lost',
    private.serve_worker(complete_tasks.finished, null, null, 0, 1) -> 'lost');
end;
$$;

comment on function public.complete_tasks(jsonb) is
  'For workers: completes many tasks [{id, claim, result}] at once and returns {lost: [ids]} of those that no longer ran under the claim; the others are completed. Error 403 service_required.';
revoke all on function public.complete_tasks(jsonb) from public, anon, authenticated;
grant execute on function public.complete_tasks(jsonb) to service_role;

create or replace function public.check_readiness()
returns jsonb
language plpgsql
stable
security definer -- looks at machinery that nobody else may read; tells only whether it works
set search_path = ''
as $$
#variable_conflict error
declare
  v_folded boolean := private.oldest_delta() < interval '5 minutes';
  v_run boolean := private.task_lag() < interval '5 minutes';
  v_auth boolean := true;
begin
  begin
    perform from auth.users limit 1;
  exception
    when others then
      v_auth := false;
  end;
  return jsonb_build_object(
    'ready', v_folded and v_run and v_auth,
    'checks', jsonb_build_object('database', true, 'auth', v_auth, 'tasks_run', v_run, 'metrics_folded', v_folded)
  );
end;
$$;

comment on function public.check_readiness() is
  'Whether requests can be served: {ready, checks: {database, auth, tasks_run, metrics_folded}}. Open to everyone; it tells nothing else.';
revoke all on function public.check_readiness() from public;
grant execute on function public.check_readiness() to anon, authenticated;

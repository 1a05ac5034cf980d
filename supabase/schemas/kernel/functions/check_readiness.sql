create or replace function public.check_readiness()
returns jsonb
language plpgsql
stable
security definer -- looks at machinery that nobody else may read; tells only whether it works
set search_path = ''
as $$
#variable_conflict error
declare
  v_fold_lag interval := coalesce(
    now() - (select d.at from private.lead_metric_deltas as d order by d.id limit 1), interval '0');
begin
  return jsonb_build_object(
    'ready', v_fold_lag < interval '5 minutes',
    'checks', jsonb_build_object(
      'database', true,
      'metrics_folded', v_fold_lag < interval '5 minutes'
    )
  );
end;
$$;

comment on function public.check_readiness() is
  'Whether requests can be served: {ready, checks}. Open to everyone; it tells nothing else.';
revoke all on function public.check_readiness() from public;
grant execute on function public.check_readiness() to anon, authenticated;

create or replace function public.get_health_report()
returns jsonb
language plpgsql
stable
security definer -- looks at machinery that nobody else may read
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_staff();
  return public.check_readiness() || jsonb_build_object(
    'at', now(),
    'database', jsonb_build_object(
      'version', current_setting('server_version'),
      'size_bytes', pg_database_size(current_database()),
      'connections', (select count(*) from pg_catalog.pg_stat_activity as s where s.datname = current_database()),
      'max_connections', current_setting('max_connections')::integer
    ),
    'metrics', jsonb_build_object(
      'waiting_deltas', (select count(*) from private.lead_metric_deltas),
      'oldest_delta_seconds', round(extract(epoch from private.oldest_delta()), 3)
    ),
    'tasks', jsonb_build_object(
      'waiting', (select count(*) from private.tasks as t where t.state = 'available'),
      'lag_seconds', round(extract(epoch from private.task_lag()), 3),
      'dead_letters', (select count(*) from private.tasks as t where t.state = 'discarded')
    ),
    -- Events that no month takes go to the default partition: then the schedule has not run.
    'audit', jsonb_build_object(
      'months_ahead', (
        select count(*) from generate_series(1, 12) as n
         where to_regclass('private.audit_log_' || to_char(now() + make_interval(months => n), 'YYYY_MM')) is not null),
      'events_outside_of_months', (select count(*) from private.audit_log_default)
    ),
    'idempotency_keys', (select count(*) from private.idempotency_keys)
  );
end;
$$;

comment on function public.get_health_report() is
  'For staff of the platform: readiness and what stands behind it, {ready, checks, at, database, metrics, tasks, audit, idempotency_keys}. Errors: 401 not_signed_in, 403 staff_required.';
revoke all on function public.get_health_report() from public, anon;
grant execute on function public.get_health_report() to authenticated;

create or replace function private.set_schedule(
  name text,
  cron text,
  kind text,
  payload jsonb default '{}',
  agency_id uuid default null,
  timezone text default 'UTC'
)
returns timestamptz
language plpgsql
volatile
security definer -- schedules are nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_next timestamptz;
begin
  perform private.require_timezone(set_schedule.timezone);
  perform private.require_task_kind(set_schedule.kind);
  v_next := private.cron_next(set_schedule.cron, set_schedule.timezone);
  insert into private.schedules as s (name, agency_id, kind, payload, cron, timezone, next_run_at)
  values (set_schedule.name, set_schedule.agency_id, set_schedule.kind, coalesce(set_schedule.payload, '{}'),
    set_schedule.cron, set_schedule.timezone, v_next)
  on conflict on constraint schedules_pkey do update
     set agency_id = excluded.agency_id, kind = excluded.kind, payload = excluded.payload, cron = excluded.cron,
         timezone = excluded.timezone, next_run_at = excluded.next_run_at, enabled = true;
  return v_next;
end;
$$;

comment on function private.set_schedule(text, text, text, jsonb, uuid, text) is
  'Makes or replaces a schedule and returns when it fires next. Errors: 422 cron_invalid, timezone_unknown, task_kind_unknown.';

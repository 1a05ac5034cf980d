create or replace function private.follow_schedule(source public.data_sources)
returns void
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
declare
  v_name text := format('data_source:%s', (source).id);
begin
  if (source).schedule is null or (source).status = 'inactive' then
    perform private.drop_schedule(v_name);
  else
    perform private.set_schedule(v_name, (source).schedule, 'data_source.scheduled_run',
      jsonb_build_object('data_source_id', (source).id, 'agency_id', (source).agency_id),
      (source).agency_id, (source).schedule_timezone);
  end if;
end;
$$;

comment on function private.follow_schedule(public.data_sources) is
  'Makes the clock do what the source says: no schedule, or an inactive source, fires nothing. Errors: 422 cron_invalid, timezone_unknown.';

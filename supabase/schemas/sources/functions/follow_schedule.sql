create or replace function private.follow_schedule(source public.data_sources, before public.data_sources default null)
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
  -- A schedule starts jobs, in the name of whoever sets it.
  if ((source).schedule, (source).schedule_campaign_id, (source).schedule_params)
      is distinct from ((before).schedule, (before).schedule_campaign_id, (before).schedule_params)
    and (source).schedule is not null then
    perform private.authorize_campaign((source).schedule_campaign_id, 'jobs.run');
  end if;
  -- Left alone where it is the same: set anew it would forget a time that has come.
  if ((source).schedule, (source).schedule_timezone, (source).status = 'inactive')
    is not distinct from ((before).schedule, (before).schedule_timezone, (before).status = 'inactive') then
    return;
  end if;
  if (source).schedule is null or (source).status = 'inactive' then
    perform private.drop_schedule(v_name);
  else
    perform private.set_schedule(v_name, (source).schedule, 'data_source.scheduled_run',
      jsonb_build_object('data_source_id', (source).id, 'agency_id', (source).agency_id),
      (source).agency_id, (source).schedule_timezone);
  end if;
end;
$$;

comment on function private.follow_schedule(public.data_sources, public.data_sources) is
  'Makes the clock do what the source says: no schedule, or an inactive source, fires nothing. Errors: 403 permission_denied for who may not run jobs, 404 campaign_not_found, 422 cron_invalid, timezone_unknown.';

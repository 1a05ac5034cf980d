create or replace function private.announce(agency_id uuid, topic text, at_once boolean default false)
returns boolean
language plpgsql
volatile
security definer -- nobody else may write what was announced, or send
set search_path = ''
as $$
#variable_conflict error
declare
  v_kind text := split_part(announce.topic, ':', 1);
  v_id uuid := split_part(announce.topic, ':', 2)::uuid;
  v_last private.announcements;
  v_state jsonb;
begin
  -- Never waits: where another transaction is telling of this topic, this change is told after it.
  if not pg_try_advisory_xact_lock(hashtextextended('announce ' || announce.topic, 0)) then
    return false;
  end if;
  select a.* into v_last
    from private.announcements as a
   where a.agency_id = announce.agency_id and a.topic = announce.topic;
  if not announce.at_once and clock_timestamp() < v_last.at + private.announcement_pause(v_kind) then
    return false;
  end if;
  if v_kind = 'campaign' then
    v_state := private.campaign_state(announce.agency_id, v_id);
  elsif v_kind = 'job' then
    v_state := private.job_state(announce.agency_id, v_id);
  end if;
  if v_state is null or v_state = v_last.state then
    return true;
  end if;
  insert into private.announcements as a (agency_id, topic, at, state)
  values (announce.agency_id, announce.topic, clock_timestamp(), v_state)
  on conflict on constraint announcements_pkey do update set at = excluded.at, state = excluded.state;
  if v_kind = 'campaign' then
    perform realtime.send(v_state, 'metrics', announce.topic);
    perform pg_notify('campaign_metrics_update', jsonb_build_object(
      'agency_id', announce.agency_id, 'campaign_id', v_id, 'total', v_state #> '{totals,total}',
      'qualified', v_state #> '{totals,qualified}', 'converted', v_state #> '{totals,converted}')::text);
  else
    perform realtime.send(v_state, 'progress', announce.topic);
    perform realtime.send(v_state, 'job', format('agency:%s:jobs', announce.agency_id));
  end if;
  return true;
end;
$$;

comment on function private.announce(uuid, text, boolean) is
  'Tells the state of campaign:<id> or job:<id> (and of the job on agency:<id>:jobs) as the transaction sees it, where it is another than was last told; at_once, however soon after that. False where it has to be told later: too soon, or another transaction is about it. Then private.announcements_due wants a row.';

create or replace function private.tg_lead_metric_deltas__announce()
returns trigger
language plpgsql
volatile
security definer -- nobody else may announce
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaigns integer := (select count(distinct d.campaign_id) from new_deltas as d);
begin
  -- A statement over many campaigns leaves all of them to the clock.
  insert into private.announcements_due (agency_id, topic)
  select c.agency_id, c.topic
    from (select distinct d.agency_id, 'campaign:' || d.campaign_id as topic from new_deltas as d) as c
   where case when v_campaigns > 3 then true else not private.announce(c.agency_id, c.topic) end;
  return null;
end;
$$;

comment on function private.tg_lead_metric_deltas__announce() is
  'Tells the campaigns whose figures a statement has changed, each at most once a second; what comes too soon is told by private.announce_due().';

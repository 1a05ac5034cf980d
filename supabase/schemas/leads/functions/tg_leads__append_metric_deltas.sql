create or replace function private.tg_leads__append_metric_deltas()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write metrics
set search_path = ''
as $$
#variable_conflict error
begin
  if tg_op in ('UPDATE', 'DELETE') then
    insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
    select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
           private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at) as stage,
           l.score_grade, -count(*), -sum(l.score)
      from old_leads as l
     where l.deleted_at is null
     group by 1, 2, 3, 4, 5, 6;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
    select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
           private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at) as stage,
           l.score_grade, count(*), sum(l.score)
      from new_leads as l
     where l.deleted_at is null
     group by 1, 2, 3, 4, 5, 6;
  end if;
  return null;
end;
$$;

comment on function private.tg_leads__append_metric_deltas() is
  'Appends what a statement took from the counts and what it added, one row a group.';

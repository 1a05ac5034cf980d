create or replace function private.tg_leads__append_metric_deltas()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write metrics
set search_path = ''
as $$
#variable_conflict error
begin
  if tg_op = 'INSERT' then
    insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
    select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
           private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at),
           l.score_grade, count(*), sum(l.score)
      from new_leads as l
     where l.deleted_at is null
     group by 1, 2, 3, 4, 5, 6;
  elsif tg_op = 'DELETE' then
    insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
    select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
           private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at),
           l.score_grade, -count(*), -sum(l.score)
      from old_leads as l
     where l.deleted_at is null
     group by 1, 2, 3, 4, 5, 6;
  else
    -- What left a group and what entered it cancel out: an update of other fields appends nothing.
    insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
    select c.agency_id, c.campaign_id, c.day, c.status, c.stage, c.grade, sum(c.leads), sum(c.score_sum)
      from (
        select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
               private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at),
               l.score_grade, -count(*), -sum(l.score)
          from old_leads as l
         where l.deleted_at is null
         group by 1, 2, 3, 4, 5, 6
        union all
        select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
               private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at),
               l.score_grade, count(*), sum(l.score)
          from new_leads as l
         where l.deleted_at is null
         group by 1, 2, 3, 4, 5, 6
      ) as c (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
     group by 1, 2, 3, 4, 5, 6
    having sum(c.leads) <> 0 or sum(c.score_sum) <> 0;
  end if;
  return null;
end;
$$;

comment on function private.tg_leads__append_metric_deltas() is
  'Appends what a statement took from the counts and what it added, one row a group.';

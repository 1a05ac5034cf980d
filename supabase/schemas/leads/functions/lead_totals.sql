create or replace function private.lead_totals(
  agency_id uuid,
  scope_ids uuid[],
  assigned_to uuid default null,
  campaign_id uuid default null,
  since date default null,
  until date default null
)
returns jsonb
language plpgsql
stable
security definer -- reads the rollup for procedures that have authorised the scope
set search_path = ''
-- Planned for each range and scope anew, it would take longer than it reads.
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict error
declare
  v_totals jsonb;
begin
  with cells as (
    select n.status, n.stage, n.leads, n.grade_a, n.grade_b, n.grade_c, n.grade_d, n.grade_f, n.score_sum
      from private.lead_metrics_now as n
     where n.agency_id = lead_totals.agency_id
       and n.scope_id = any (lead_totals.scope_ids)
       and n.day between coalesce(lead_totals.since, '-infinity') and coalesce(lead_totals.until, '-infinity')
    union all
    select l.status, private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at,
             l.converted_at),
           1, (l.score_grade = 'A')::integer, (l.score_grade = 'B')::integer, (l.score_grade = 'C')::integer,
           (l.score_grade = 'D')::integer, (l.score_grade = 'F')::integer, l.score
      from public.leads as l
     where l.agency_id = lead_totals.agency_id
       and l.assigned_to = lead_totals.assigned_to
       -- What lies in a scope is counted there.
       and l.campaign_id <> all (lead_totals.scope_ids)
       and (lead_totals.campaign_id is null or l.campaign_id = lead_totals.campaign_id)
       and l.deleted_at is null
       and (lead_totals.since is null
         or (l.created_at at time zone 'UTC')::date between lead_totals.since and lead_totals.until)
  ), sums as (
    select coalesce(sum(c.leads), 0) as total,
           coalesce(sum(c.leads) filter (where c.status = 'new'), 0) as new,
           coalesce(sum(c.leads) filter (where c.status = 'contacted'), 0) as contacted,
           coalesce(sum(c.leads) filter (where c.status = 'responded'), 0) as responded,
           coalesce(sum(c.leads) filter (where c.status = 'qualified'), 0) as qualified,
           coalesce(sum(c.leads) filter (where c.status = 'converted'), 0) as converted,
           coalesce(sum(c.leads) filter (where c.status = 'rejected'), 0) as rejected,
           coalesce(sum(c.leads) filter (where c.stage >= 1), 0) as reached_contacted,
           coalesce(sum(c.leads) filter (where c.stage >= 2), 0) as reached_responded,
           coalesce(sum(c.leads) filter (where c.stage >= 3), 0) as reached_qualified,
           coalesce(sum(c.grade_a), 0) as a,
           coalesce(sum(c.grade_b), 0) as b,
           coalesce(sum(c.grade_c), 0) as c,
           coalesce(sum(c.grade_d), 0) as d,
           coalesce(sum(c.grade_f), 0) as f,
           sum(c.score_sum) as score_sum
      from cells as c
  )
  select jsonb_build_object(
           'total', s.total, 'new', s.new, 'contacted', s.contacted, 'responded', s.responded,
           'qualified', s.qualified, 'converted', s.converted, 'rejected', s.rejected,
           'reached', jsonb_build_object('contacted', s.reached_contacted,
             'responded', s.reached_responded, 'qualified', s.reached_qualified,
             'converted', s.converted),
           'grades', jsonb_build_object('A', s.a, 'B', s.b, 'C', s.c, 'D', s.d, 'F', s.f),
           'average_score', round(s.score_sum / nullif(s.total, 0), 2),
           'conversion_rate', round(s.converted / nullif(s.total, 0), 4),
           'response_rate', round(s.reached_responded / nullif(s.reached_contacted, 0), 4),
           'qualification_rate', round(s.reached_qualified / nullif(s.total, 0), 4)
         )
    into v_totals
    from sums as s;
  return v_totals;
end;
$$;

comment on function private.lead_totals(uuid, uuid[], uuid, uuid, date, date) is
  'The totals object of every figure: counts by status, how many reached each stage, grades, average score, rates (null with nothing below the line). Of the scopes, plus the other leads of one assignee (in one campaign); of leads created from since until until, or of all.';

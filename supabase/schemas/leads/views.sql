create view public.lead_details
with (security_invoker = true)
as
select l.agency_id, l.id, l.campaign_id, c.name as campaign_name, c.client_id,
       l.data_source_id, l.scraping_job_id,
       l.first_name, l.last_name, l.email, l.phone, l.company, l.title, l.website, l.linkedin_url,
       l.city, l.country, l.industry, l.status, l.priority,
       l.qualification_score, l.qualification_notes,
       l.score, l.score_grade, l.scored_at, l.score_model_version,
       l.assigned_to, p.email as assignee_email, p.full_name as assignee_name, l.assigned_at,
       l.assignment_reason,
       l.contact, l.company_data, l.source_data, l.qualification_data, l.custom_fields, l.tags,
       l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at,
       l.deleted_at, l.created_at, l.updated_at
  from public.leads as l
  left join public.campaigns as c on c.agency_id = l.agency_id and c.id = l.campaign_id
  left join public.profiles as p on p.id = l.assigned_to;

comment on view public.lead_details is
  'A lead with the names of its campaign and assignee, deleted ones too (deleted_at).';
grant select on public.lead_details to authenticated;

create view public.lead_pipeline
with (security_invoker = true)
as
select l.agency_id, l.campaign_id, l.status, l.priority,
       count(*) as leads,
       round(avg(l.score), 2) as average_score,
       count(*) filter (where l.assigned_to is null) as unassigned
  from public.leads as l
 where l.deleted_at is null
 group by l.agency_id, l.campaign_id, l.status, l.priority;

comment on view public.lead_pipeline is
  'What lies where: the caller''s visible leads counted by campaign, status and priority. Counts live rows; filter by campaign_id.';
grant select on public.lead_pipeline to authenticated;

create view public.campaign_performance
with (security_invoker = true)
as
select c.agency_id, c.id as campaign_id, c.name, c.status, c.client_id, c.target_leads,
       m.total, m.new, m.contacted, m.responded, m.qualified, m.converted, m.rejected,
       m.reached_contacted, m.reached_responded, m.reached_qualified, m.average_score,
       round(m.converted / nullif(m.total, 0), 4) as conversion_rate,
       round(m.reached_responded / nullif(m.reached_contacted, 0), 4) as response_rate,
       round(m.reached_qualified / nullif(m.total, 0), 4) as qualification_rate
  from public.campaigns as c
  cross join lateral (
    select coalesce(sum(n.leads), 0) as total,
           coalesce(sum(n.leads) filter (where n.status = 'new'), 0) as new,
           coalesce(sum(n.leads) filter (where n.status = 'contacted'), 0) as contacted,
           coalesce(sum(n.leads) filter (where n.status = 'responded'), 0) as responded,
           coalesce(sum(n.leads) filter (where n.status = 'qualified'), 0) as qualified,
           coalesce(sum(n.leads) filter (where n.status = 'converted'), 0) as converted,
           coalesce(sum(n.leads) filter (where n.status = 'rejected'), 0) as rejected,
           coalesce(sum(n.leads) filter (where n.stage >= 1), 0) as reached_contacted,
           coalesce(sum(n.leads) filter (where n.stage >= 2), 0) as reached_responded,
           coalesce(sum(n.leads) filter (where n.stage >= 3), 0) as reached_qualified,
           round(sum(n.score_sum) / nullif(sum(n.leads), 0), 2) as average_score
      from private.lead_metrics_now as n
     where n.agency_id = c.agency_id and n.scope_id = c.id and n.day = '-infinity'
  ) as m
 where c.deleted_at is null;

comment on view public.campaign_performance is
  'How each campaign does, from exact rollups. Counts by status; reached_* counts who ever came so far; rates are fractions, null with nothing below the line; all zero for callers without analytics.read.';
grant select on public.campaign_performance to authenticated;

create view public.campaign_summary
with (security_invoker = true)
as
select c.agency_id, c.id, c.client_id, cl.name as client_name, c.name, c.description, c.kind,
       c.status, c.starts_on, c.ends_on, c.budget_cents, c.currency, c.target_leads, c.goals,
       c.tags, c.metadata, c.created_by, c.created_at, c.updated_at,
       p.total as leads_total, p.qualified as leads_qualified, p.converted as leads_converted,
       p.conversion_rate
  from public.campaigns as c
  join public.campaign_performance as p on p.agency_id = c.agency_id and p.campaign_id = c.id
  left join public.clients as cl on cl.agency_id = c.agency_id and cl.id = c.client_id;

comment on view public.campaign_summary is
  'A campaign with its client''s name and what has come of it: leads in all, qualified, converted.';
grant select on public.campaign_summary to authenticated;

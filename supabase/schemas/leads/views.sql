create view public.lead_details
with (security_invoker = true)
as
select l.agency_id, l.id, l.campaign_id, c.name as campaign_name, c.client_id,
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

create or replace function private.insert_leads(
  campaign public.campaigns,
  attributes private.lead_attributes[],
  edited_fields text[] default '{}',
  data_source_id uuid default null,
  scraping_job_id uuid default null
)
returns setof public.leads
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict error
begin
  return query
    insert into public.leads (
      agency_id, campaign_id, data_source_id, scraping_job_id, first_name, last_name, email, phone,
      company, title, website, linkedin_url, city, country, industry, status, priority, qualification_notes, contact,
      company_data, source_data, custom_fields, tags, last_contacted_at, responded_at,
      qualified_at, converted_at, edited_fields
    )
    select (campaign).agency_id, (campaign).id, insert_leads.data_source_id,
           insert_leads.scraping_job_id, g.first_name, g.last_name, g.email, g.phone, g.company,
           g.title, g.website, g.linkedin_url, g.city, g.country, g.industry,
           coalesce(g.status, 'new'), coalesce(g.priority, 'medium'), g.qualification_notes,
           coalesce(g.contact, '{}'), coalesce(g.company_data, '{}'), coalesce(g.source_data, '{}'),
           coalesce(g.custom_fields, '{}'), coalesce(g.tags, '{}'), g.last_contacted_at,
           g.responded_at, g.qualified_at, g.converted_at, insert_leads.edited_fields
      from unnest(insert_leads.attributes) as g
    on conflict (agency_id, dedupe_key) where deleted_at is null do nothing
    returning *;
end;
$$;

comment on function private.insert_leads(public.campaigns, private.lead_attributes[], text[], uuid, uuid) is
  'Adds the leads that are not there yet, in the order given, and returns just these.';

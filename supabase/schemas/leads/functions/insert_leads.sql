create or replace function private.insert_leads(
  campaign public.campaigns,
  attributes private.lead_attributes[],
  edited_fields text[] default '{}'
)
returns setof public.leads
language sql
volatile
set search_path = ''
as $$
  -- In the order of the dedupe key: imports that meet wait for each other in one order.
  insert into public.leads (
    agency_id, campaign_id, first_name, last_name, email, phone, company, title, website,
    linkedin_url, city, country, industry, status, priority, qualification_notes, contact,
    company_data, source_data, custom_fields, tags, last_contacted_at, responded_at,
    qualified_at, converted_at, edited_fields
  )
  select (campaign).agency_id, (campaign).id, a.first_name, a.last_name, a.email, a.phone, a.company,
         a.title, a.website, a.linkedin_url, a.city, a.country, a.industry,
         coalesce(a.status, 'new'), coalesce(a.priority, 'medium'), a.qualification_notes,
         coalesce(a.contact, '{}'), coalesce(a.company_data, '{}'), coalesce(a.source_data, '{}'),
         coalesce(a.custom_fields, '{}'), coalesce(a.tags, '{}'), a.last_contacted_at,
         a.responded_at, a.qualified_at, a.converted_at, insert_leads.edited_fields
    from unnest(insert_leads.attributes) as a
   order by private.dedupe_key(a.email, a.linkedin_url, a.phone, a.company, a.first_name, a.last_name)
  on conflict (agency_id, dedupe_key) where deleted_at is null do nothing
  returning *
$$;

comment on function private.insert_leads(public.campaigns, private.lead_attributes[], text[]) is
  'Adds the leads that are not there yet and returns just these.';

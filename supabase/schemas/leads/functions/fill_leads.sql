create or replace function private.fill_leads(agency_id uuid, attributes private.lead_attributes[])
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Thousands of rows meet an agency of any size: a plan made for a small one would compare each with
-- each. Planned anew the keys go through an index, and what is left to join is hashed.
set plan_cache_mode = 'force_custom_plan'
set enable_nestloop = 'off'
as $$
#variable_conflict error
declare
  v_keys text[] := array(
    select distinct private.lead_identity(a) from unnest(fill_leads.attributes) as a
  );
  v_filled integer;
begin
  with additions as (
    -- Where a lead stands and when it got there is not an import's to say of a lead we have.
    select private.lead_identity(a.attributes) as identity,
           private.fill_documents(
             to_jsonb(a.attributes)
               - '{status,priority,last_contacted_at,responded_at,qualified_at,converted_at}'::text[]
             order by a.n
           ) as document
      from (
        select u as attributes, row_number() over () as n from unnest(fill_leads.attributes) as u
      ) as a
     group by 1
  ), locked as (
    select l.*
      from public.leads as l
     where l.agency_id = fill_leads.agency_id
       and l.dedupe_key = any (v_keys)
       and l.deleted_at is null
     order by l.id
       for no key update
  ), filled as (
    select l.id, to_jsonb(l) as before,
           private.fill_document(to_jsonb(l), d.document - l.edited_fields
             -- Whom the name identifies keeps it: a first name filled in would make another person.
             - case when l.dedupe_key like 'name:%' then '{first_name,last_name}' else '{}' end::text[]
           ) as after
      from locked as l
      join additions as d on d.identity = l.dedupe_key
  ), changed as (
    update public.leads as l
       set first_name = a.first_name,
           last_name = a.last_name,
           phone = a.phone,
           company = a.company,
           title = a.title,
           website = a.website,
           linkedin_url = a.linkedin_url,
           city = a.city,
           country = a.country,
           industry = a.industry,
           qualification_notes = a.qualification_notes,
           contact = a.contact,
           company_data = a.company_data,
           source_data = a.source_data,
           custom_fields = a.custom_fields,
           tags = a.tags
      from filled as f
     cross join lateral jsonb_populate_record(null::private.lead_attributes, f.after) as a
     where l.agency_id = fill_leads.agency_id
       and l.dedupe_key = any (v_keys)
       and l.deleted_at is null
       and l.id = f.id
       and f.after <> f.before
    returning l.id
  )
  select count(*) into v_filled from changed;
  return v_filled;
end;
$$;

comment on function private.fill_leads(uuid, private.lead_attributes[]) is
  'Fills the empty fields of leads the agency has and merges their documents; what is there, and what a person has edited, stays. Returns how many leads gained something.';

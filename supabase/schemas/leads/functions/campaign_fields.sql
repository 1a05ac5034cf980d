create or replace function private.campaign_fields()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select '{client_id,name,description,kind,starts_on,ends_on,budget_cents,currency,target_leads,goals,tags,metadata}'::text[]
$$;

comment on function private.campaign_fields() is 'What a caller may say about a campaign.';

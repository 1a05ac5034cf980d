create or replace function private.data_source_fields()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select '{name,status,config,rate_limit,schedule,schedule_timezone,schedule_campaign_id,schedule_params}'::text[]
$$;

comment on function private.data_source_fields() is 'What a caller may say about a data source.';

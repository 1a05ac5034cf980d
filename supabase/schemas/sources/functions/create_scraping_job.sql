create or replace function public.create_scraping_job(
  data_source_id uuid,
  campaign_id uuid,
  params jsonb default '{}',
  max_rows integer default null,
  max_minutes integer default null
)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources := private.authorize_data_source(create_scraping_job.data_source_id, 'jobs.run');
  v_campaign public.campaigns := private.authorize_campaign(create_scraping_job.campaign_id, 'jobs.run');
  v_job public.scraping_jobs;
begin
  if v_campaign.agency_id <> v_source.agency_id then
    raise exception using errcode = 'PT404', message = 'campaign_not_found',
      detail = 'The campaign is of another agency than the data source.',
      hint = 'List the campaigns of the data source''s agency.';
  end if;
  perform private.require_keys(
    coalesce(create_scraping_job.params, '{}'), private.source_settings(v_source.type, true));
  insert into public.scraping_jobs (
    agency_id, data_source_id, campaign_id, params, max_rows, max_minutes, created_by
  )
  values (
    v_source.agency_id, v_source.id, v_campaign.id, coalesce(create_scraping_job.params, '{}'),
    create_scraping_job.max_rows, create_scraping_job.max_minutes, private.uid()
  )
  returning * into v_job;
  perform private.audit(v_job.agency_id, 'job.created', v_job.id, null, to_jsonb(v_job));
  return private.job_details(v_job);
end;
$$;

comment on function public.create_scraping_job(uuid, uuid, jsonb, integer, integer) is
  'Makes a pending job that is to read a data source into a campaign; start_scraping_job sets it going. max_rows and max_minutes end it early. Errors: 403 permission_denied, 404 data_source_not_found, campaign_not_found, 422 unknown_field, not_an_object, and the named checks of scraping_jobs.';
revoke all on function public.create_scraping_job(uuid, uuid, jsonb, integer, integer) from public, anon;
grant execute on function public.create_scraping_job(uuid, uuid, jsonb, integer, integer) to authenticated;

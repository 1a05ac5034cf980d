create or replace function private.require_runnable(job public.scraping_jobs)
returns void
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
begin
  if exists (
    select from public.data_sources as s
     where s.agency_id = (job).agency_id and s.id = (job).data_source_id and s.status = 'inactive'
  ) then
    raise exception using errcode = 'PT409', message = 'data_source_inactive',
      detail = 'The data source of this job is switched off.', hint = 'Make it active again.';
  end if;
  if not exists (
    select from public.campaigns as c
     where c.agency_id = (job).agency_id and c.id = (job).campaign_id and c.deleted_at is null
  ) then
    raise exception using errcode = 'PT409', message = 'campaign_gone',
      detail = 'The campaign of this job was deleted.', hint = 'Create a job for another campaign.';
  end if;
end;
$$;

comment on function private.require_runnable(public.scraping_jobs) is
  'Refuses to run a job whose source is switched off (409 data_source_inactive) or whose campaign was deleted (409 campaign_gone).';

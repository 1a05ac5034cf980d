create or replace function private.job_details(job public.scraping_jobs)
returns public.scraping_job_details
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
declare
  v_details public.scraping_job_details;
begin
  select d.* into v_details
    from public.scraping_job_details as d
   where d.agency_id = (job).agency_id and d.id = (job).id;
  return v_details;
end;
$$;

comment on function private.job_details(public.scraping_jobs) is
  'A job as it stands, with the names of its source and campaign.';

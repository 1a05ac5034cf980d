create or replace function public.get_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
begin
  return private.job_details(private.authorize_job(get_scraping_job.job_id, 'jobs.read'));
end;
$$;

comment on function public.get_scraping_job(uuid) is
  'A job with its progress and counts, and the names of its source and campaign. Errors: 401 not_signed_in, 404 job_not_found.';
revoke all on function public.get_scraping_job(uuid) from public, anon;
grant execute on function public.get_scraping_job(uuid) to authenticated;

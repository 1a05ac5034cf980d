create or replace function public.finish_scraping_job(
  task_id uuid,
  claim bigint,
  status text,
  error text default null
)
returns jsonb
language sql -- where an argument may be called error
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
  select private.require_service();
  select private.end_job(
    finish_scraping_job.task_id, finish_scraping_job.claim, finish_scraping_job.status, finish_scraping_job.error);
$$;

comment on function public.finish_scraping_job(uuid, bigint, text, text) is
  'For the worker that runs a job: ends it as completed, its total then being the rows read, or failed with the error. Answers {stop}: null, or why this was not the worker''s to say any more (superseded, cancelled, completed, failed, gone); the worker completes its task in either case. For the secret key alone. Errors: 403 service_required, 409 task_lost, 422 job_status_unknown, task_of_another_kind.';
revoke all on function public.finish_scraping_job(uuid, bigint, text, text) from public, anon, authenticated;
grant execute on function public.finish_scraping_job(uuid, bigint, text, text) to service_role;

create view public.scraping_job_details
with (security_invoker = true)
as
select j.agency_id, j.id, j.data_source_id, s.name as data_source_name, s.type as data_source_type,
       j.campaign_id, c.name as campaign_name, j.status, j.params, j.max_rows, j.max_minutes,
       j.progress, j.rows_total, j.rows_read, j.rows_created, j.rows_updated, j.rows_duplicate,
       j.rows_rejected, j.run, j.log_lines, j.error, j.scheduled_by is not null as is_scheduled,
       j.started_at, j.paused_at, j.finished_at, j.created_by, j.created_at, j.updated_at
  from public.scraping_jobs as j
  left join public.data_sources as s on s.agency_id = j.agency_id and s.id = j.data_source_id
  left join public.campaigns as c on c.agency_id = j.agency_id and c.id = j.campaign_id;

comment on view public.scraping_job_details is
  'A job with the names of its source and campaign.';
grant select on public.scraping_job_details to authenticated;

-- What workers run for this domain.
insert into private.task_kinds (kind, description) values
  ('scraping_job.run', 'Reads a data source into a campaign, from the job''s checkpoint on'),
  ('data_source.scheduled_run', 'Makes and starts the job that a data source''s schedule asks for'),
  ('credentials.reseal', 'Seals the credentials of data sources anew that an older key has sealed')
on conflict do nothing;

-- The months of the logs are made ahead and dropped when they are old, every day from now on.
insert into private.chores (name, every) values ('job_logs', '1 day') on conflict do nothing;
select private.keep_job_logs();

-- What clients follow row by row (postgres_changes), each under its row level security. Fast data goes
-- by broadcast instead.
alter publication supabase_realtime add table
  public.campaigns, public.leads, public.notifications,
  public.data_sources, public.scraping_jobs, public.scraping_job_logs;

-- Deletions are not filtered by row level security: the key of every agency's deleted row would reach
-- every subscriber. So none are published. Partitions go under the name of their table.
alter publication supabase_realtime set (publish = 'insert, update', publish_via_partition_root = true);

-- The replica identity stays the key: an update's old values would be those of a row that its reader
-- perhaps could not see.

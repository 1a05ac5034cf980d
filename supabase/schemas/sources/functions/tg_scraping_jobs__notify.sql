create or replace function private.tg_scraping_jobs__notify()
returns trigger
language plpgsql
volatile
security definer -- notifications have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_source text := coalesce((
    select s.name from public.data_sources as s where s.agency_id = new.agency_id and s.id = new.data_source_id
  ), 'A data source');
  v_told uuid[] := array[new.created_by];
begin
  if new.status = 'failed' and not exists (
    select from public.memberships as m
     where m.agency_id = new.agency_id and m.user_id = new.created_by and m.status = 'active'
  ) then
    v_told := array(
      select distinct p.user_id
        from public.user_permissions_view as p
       where p.agency_id = new.agency_id and p.permission = 'jobs.run' and p.platform is null
    );
  end if;
  perform private.notify(new.agency_id, v_told, 'job.' || new.status,
    left(v_source, 120) || case new.status
      when 'completed' then format(': %s new %s', new.rows_created, case when new.rows_created = 1 then 'lead' else 'leads' end)
      else ': the job has failed'
    end,
    case new.status
      when 'completed' then format('%s rows read: %s created, %s updated, %s duplicates, %s rejected.',
        new.rows_read, new.rows_created, new.rows_updated, new.rows_duplicate, new.rows_rejected)
      else new.error
    end,
    jsonb_build_object('job_id', new.id, 'data_source_id', new.data_source_id, 'campaign_id', new.campaign_id));
  return null;
end;
$$;

comment on function private.tg_scraping_jobs__notify() is
  'Tells who made a job that it has completed or failed; a failure whose maker is no active member any more, every member who may run jobs.';

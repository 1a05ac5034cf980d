create or replace function private.tg_scraping_jobs__announce()
returns trigger
language plpgsql
volatile
security definer -- nobody else may announce
set search_path = ''
as $$
#variable_conflict error
declare
  v_was text := case tg_op when 'UPDATE' then old.status::text end;
  v_moved boolean := v_was is distinct from new.status::text;
begin
  if not private.announce(new.agency_id, 'job:' || new.id, v_moved) then
    insert into private.announcements_due (agency_id, topic) values (new.agency_id, 'job:' || new.id);
  end if;
  if v_moved then
    perform pg_notify('job_status_change', jsonb_build_object(
      'agency_id', new.agency_id, 'job_id', new.id, 'from', v_was, 'status', new.status,
      'progress', new.progress)::text);
  end if;
  return null;
end;
$$;

comment on function private.tg_scraping_jobs__announce() is
  'Tells a job''s moves at once, and its progress at most twice a second; what comes too soon is told by private.announce_due().';

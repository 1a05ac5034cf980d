create or replace function private.fire_schedules()
returns bigint
language plpgsql
volatile
security definer -- schedules are nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_schedule private.schedules;
  v_fired bigint := 0;
begin
  -- Whoever holds the row fires it, and moves it on in the same transaction.
  for v_schedule in
    select s.* from private.schedules as s
     where s.enabled and s.next_run_at <= now()
     order by s.next_run_at
       for update skip locked
  loop
    -- One that fails is told and does not keep the others.
    begin
      update private.schedules as s
         set last_run_at = now(), next_run_at = private.cron_next(s.cron, s.timezone)
       where s.name = v_schedule.name;
      -- An archived agency rests.
      if not exists (
        select from public.agencies as a where a.id = v_schedule.agency_id and a.archived_at is not null
      ) then
        perform private.enqueue_task(v_schedule.kind, v_schedule.payload, v_schedule.agency_id,
          unique_key => format('schedule:%s', v_schedule.name));
        v_fired := v_fired + 1;
      end if;
    exception
      when others then
        raise warning 'the schedule % failed: % %', v_schedule.name, sqlstate, sqlerrm;
        update private.schedules as s set next_run_at = now() + interval '1 hour' where s.name = v_schedule.name;
    end;
  end loop;
  return v_fired;
end;
$$;

comment on function private.fire_schedules() is
  'Makes the tasks of schedules whose time has come, once for each however many call at once; times that were missed are made up for by one. Nothing is added while the last one''s task is unfinished; one that fails is tried again in an hour. Returns how many.';

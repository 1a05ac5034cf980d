create or replace function private.do_chores()
returns text[]
language plpgsql
volatile
security definer -- what it calls is the owner's
set search_path = ''
as $$
#variable_conflict error
declare
  v_chore private.chores;
  v_done text[] := '{}'::text[];
begin
  for v_chore in
    select c.* from private.chores as c where c.next_run_at <= now() order by c.name for update skip locked
  loop
    -- One that fails is told and does not keep the others.
    begin
      case v_chore.name
        when 'announcements' then perform private.announce_due();
        when 'old_announcements' then perform private.sweep_announcements();
        when 'notification_emails' then perform private.enqueue_notification_emails();
        when 'notifications' then perform private.sweep_notifications();
        when 'fold' then perform private.fold();
        when 'sweep' then perform private.sweep();
        when 'tasks' then perform private.sweep_tasks();
        when 'audit_partitions' then perform private.create_audit_partitions();
        when 'job_logs' then perform private.keep_job_logs();
      end case;
      v_done := v_done || v_chore.name;
    exception
      when others then
        raise warning 'the chore % failed: % %', v_chore.name, sqlstate, sqlerrm;
    end;
    update private.chores as c set next_run_at = now() + c.every where c.name = v_chore.name;
  end loop;
  return v_done;
end;
$$;

comment on function private.do_chores() is 'Does what is due of the database''s own upkeep; returns the names.';

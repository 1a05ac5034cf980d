create or replace function public.delete_finished_tasks(
  completed_days integer default 7,
  other_days integer default 90,
  batch_size integer default 10000
)
returns bigint
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_deleted bigint;
begin
  perform private.require_service();
  -- Ids come in the order of time, so that the old ones lie together.
  delete from private.tasks as t
   where t.id = any (array(
     select o.id
       from private.tasks as o
      where case when o.state = 'completed' then o.finished_at < now() - make_interval(days => delete_finished_tasks.completed_days)
                 when o.state in ('cancelled', 'discarded')
                   then o.finished_at < now() - make_interval(days => delete_finished_tasks.other_days) end
      order by o.id
      limit delete_finished_tasks.batch_size
        for update skip locked));
  get diagnostics v_deleted = row_count;
  return v_deleted;
end;
$$;

comment on function public.delete_finished_tasks(integer, integer, integer) is
  'For workers: deletes up to so many tasks that were completed, or else finished, so many days ago; returns how many. Error 403 service_required.';
revoke all on function public.delete_finished_tasks(integer, integer, integer) from public, anon, authenticated;
grant execute on function public.delete_finished_tasks(integer, integer, integer) to service_role;

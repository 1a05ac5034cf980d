create or replace function public.list_tasks(
  state text default null,
  kind text default null,
  agency_id uuid default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- staff see the tasks of every agency
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
#variable_conflict error
declare
  v_offset bigint := private.page_offset(list_tasks.page, list_tasks.page_size);
  v_total bigint;
  v_items jsonb;
begin
  perform private.require_staff();
  if not pg_input_is_valid(list_tasks.state, 'private.task_state') then
    raise exception using errcode = 'PT422', message = 'task_state_unknown',
      detail = format('Tasks are never %s.', list_tasks.state),
      hint = 'One of available, scheduled, running, retryable, completed, cancelled, discarded.';
  end if;
  with matching as (
    select t.*
      from private.tasks as t
     where (list_tasks.state is null or t.state = list_tasks.state::private.task_state)
       and (list_tasks.kind is null or t.kind = list_tasks.kind)
       and (list_tasks.agency_id is null or t.agency_id = list_tasks.agency_id)
  ), page as (
    select m.id from matching as m order by m.id desc limit list_tasks.page_size offset v_offset
  )
  select (select count(*) from matching),
         coalesce(jsonb_agg(private.task_document(t) order by t.id desc), '[]')
    into v_total, v_items
    from page
    join private.tasks as t on t.id = page.id;
  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.list_tasks(text, text, uuid, integer, integer) is
  'For staff of the platform: a page {items, total} of tasks, the newest first. Dead letters are those that are discarded. Errors: 401 not_signed_in, 403 staff_required, 422 page_out_of_range, task_state_unknown.';
revoke all on function public.list_tasks(text, text, uuid, integer, integer) from public, anon;
grant execute on function public.list_tasks(text, text, uuid, integer, integer) to authenticated;

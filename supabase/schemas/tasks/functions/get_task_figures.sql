create or replace function public.get_task_figures()
returns jsonb
language plpgsql
stable
security definer -- staff see the tasks of every agency
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_staff();
  return (
    with counted as (
      select t.kind, t.state, count(*) as number from private.tasks as t group by t.kind, t.state
    ), of_kinds as (
      select k.kind, k.description, jsonb_object_agg(s.state, coalesce(c.number, 0)) as states
        from private.task_kinds as k
       cross join unnest(enum_range(null::private.task_state)) as s (state)
        left join counted as c on c.kind = k.kind and c.state = s.state
       group by k.kind
    )
    select jsonb_build_object(
      'at', now(),
      'lag_seconds', round(extract(epoch from private.task_lag()), 3),
      'states', (
        select jsonb_object_agg(s.state, coalesce((select sum(c.number) from counted as c where c.state = s.state), 0))
          from unnest(enum_range(null::private.task_state)) as s (state)),
      'kinds', (
        select coalesce(jsonb_agg(to_jsonb(k) order by k.kind), '[]') from of_kinds as k),
      'schedules', (
        select coalesce(jsonb_agg(to_jsonb(s) - '{payload,created_at}'::text[] order by s.next_run_at, s.name), '[]')
          from private.schedules as s where s.agency_id is null)
    ));
end;
$$;

comment on function public.get_task_figures() is
  'For staff of the platform: the queue in figures, {at, lag_seconds, states, kinds: [{kind, description, states}], schedules of the platform}. Errors: 401 not_signed_in, 403 staff_required.';
revoke all on function public.get_task_figures() from public, anon;
grant execute on function public.get_task_figures() to authenticated;

create or replace function private.tg_check_transition()
returns trigger
language plpgsql
volatile
security definer -- reads the transitions, which nobody else may
set search_path = ''
as $$
#variable_conflict error
begin
  if not exists (
    select from private.status_transitions as t
     where t.entity = tg_table_name
       and t.from_status = old.status::text
       and t.to_status = new.status::text
  ) then
    raise exception using errcode = 'PT409', message = 'invalid_transition',
      detail = format('%s cannot go from %s to %s.', initcap(replace(tg_table_name, '_', ' ')), old.status, new.status),
      hint = coalesce((
        select 'From here: ' || string_agg(t.to_status, ', ' order by t.to_status) || '.'
          from private.status_transitions as t
         where t.entity = tg_table_name and t.from_status = old.status::text
      ), 'There is no way on from here.');
  end if;
  return new;
end;
$$;

comment on function private.tg_check_transition() is
  'Refuses a change of status that private.status_transitions does not list: 409 invalid_transition.';

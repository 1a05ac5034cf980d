create or replace function private.require_task_kind(kind text)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if not exists (select from private.task_kinds as k where k.kind = require_task_kind.kind) then
    raise exception using errcode = 'PT422', message = 'task_kind_unknown',
      detail = format('No worker runs tasks of the kind %s.', require_task_kind.kind),
      hint = format('Known kinds: %s.',
        (select string_agg(k.kind, ', ' order by k.kind) from private.task_kinds as k));
  end if;
end;
$$;

comment on function private.require_task_kind(text) is 'Refuses a kind that no worker runs: 422 task_kind_unknown, which names the known ones.';

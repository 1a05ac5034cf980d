create or replace function private.task_document(task private.tasks)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  return to_jsonb(task_document.task) - '{queue,turn,place,claim}'::text[] || jsonb_build_object(
    'agency_name', (select a.name from public.agencies as a where a.id = (task_document.task).agency_id));
end;
$$;

comment on function private.task_document(private.tasks) is 'A task as staff see one: its columns without the machinery of turns and claims, and agency_name.';

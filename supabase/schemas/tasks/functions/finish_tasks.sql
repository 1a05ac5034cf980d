create or replace function private.finish_tasks(finished jsonb)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
set enable_seqscan = off
as $$
#variable_conflict error
declare
  v_done uuid[];
begin
  with done as (
    update private.tasks as t
       set state = 'completed', result = f.result, finished_at = now(),
           lease_until = null, last_error = null
      from jsonb_to_recordset(finish_tasks.finished) as f (id uuid, claim bigint, result jsonb)
     where t.id = f.id and t.claim = f.claim and t.state = 'running'
    returning t.id
  )
  select coalesce(array_agg(d.id), '{}') into v_done from done as d;
  if cardinality(v_done) = jsonb_array_length(finish_tasks.finished) then
    return '[]'::jsonb;
  end if;
  return (
    select coalesce(jsonb_agg(f.id), '[]')
      from jsonb_to_recordset(finish_tasks.finished) as f (id uuid)
     where f.id <> all (v_done));
end;
$$;

comment on function private.finish_tasks(jsonb) is
  'Completes the tasks [{id, claim, result}] that still run under their claims; returns the ids of the others.';

create or replace function private.refuse_claim(max_tasks integer, lease_seconds integer)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if refuse_claim.max_tasks is null or refuse_claim.max_tasks not between 1 and 1000 then
    raise exception using errcode = 'PT422', message = 'task_batch_out_of_range',
      detail = 'A claim takes 1 to 1000 tasks.';
  end if;
  perform private.require_lease(refuse_claim.lease_seconds);
end;
$$;

comment on function private.refuse_claim(integer, integer) is
  'Says what is wrong with a claim: 422 task_batch_out_of_range, lease_out_of_range.';

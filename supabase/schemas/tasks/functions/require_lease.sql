create or replace function private.require_lease(lease_seconds integer)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if require_lease.lease_seconds is null or require_lease.lease_seconds not between 1 and 86400 then
    raise exception using errcode = 'PT422', message = 'lease_out_of_range',
      detail = 'A lease lasts 1 to 86400 seconds.';
  end if;
end;
$$;

comment on function private.require_lease(integer) is 'Refuses a lease that no worker needs: 422 lease_out_of_range.';

create or replace function private.require_source_status(status text)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if require_source_status.status not in ('active', 'inactive') then
    raise exception using errcode = 'PT422', message = 'data_source_status_unknown',
      detail = format('A data source is not set to %s.', require_source_status.status),
      hint = 'One of active, inactive. Whether it is in error is what a connection test says.';
  end if;
end;
$$;

comment on function private.require_source_status(text) is
  'Refuses a status that no person sets: 422 data_source_status_unknown.';

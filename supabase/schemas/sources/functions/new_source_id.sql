create or replace function private.new_source_id(agency_id uuid, seed text)
returns uuid
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_hash text := encode(sha256(convert_to(concat_ws(' ', 'data_source', new_source_id.agency_id, new_source_id.seed), 'UTF8')), 'hex');
begin
  -- Version 8: made in a way of one's own (RFC 9562).
  return overlay(overlay(left(v_hash, 32) placing '8' from 13) placing '8' from 17)::uuid;
end;
$$;

comment on function private.new_source_id(uuid, text) is
  'The id of the data source that an agency creates from a seed. Nobody gets an id of their choice by it, and so none that a source of another agency has: workers name a source by its id alone.';
revoke all on function private.new_source_id(uuid, text) from public, anon, authenticated, service_role;

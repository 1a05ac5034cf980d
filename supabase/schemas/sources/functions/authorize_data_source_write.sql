create or replace function public.authorize_data_source_write(
  data_source_id uuid default null,
  agency_id uuid default null
)
returns public.data_sources
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources;
begin
  if authorize_data_source_write.data_source_id is not null then
    return private.authorize_data_source(authorize_data_source_write.data_source_id, 'data_sources.write');
  end if;
  v_source.agency_id := private.current_agency(authorize_data_source_write.agency_id);
  perform private.require(v_source.agency_id, 'data_sources.write');
  v_source.id := private.uuid_v7();
  return v_source;
end;
$$;

comment on function public.authorize_data_source_write(uuid, uuid) is
  'The data source, if the caller may change it or try its connection; without an id the agency and the id of one that the caller may create, and nothing else of it. Asked by the function data-sources before it seals credentials, looks at settings of the type, or opens credentials. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, data_source_not_found.';
revoke all on function public.authorize_data_source_write(uuid, uuid) from public, anon;
grant execute on function public.authorize_data_source_write(uuid, uuid) to authenticated;

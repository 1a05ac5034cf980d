create or replace function public.authorize_new_data_source(agency_id uuid default null)
returns jsonb
language plpgsql
stable -- it writes nothing, which is what call_procedure reads in this; no statement asks it twice
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(authorize_new_data_source.agency_id);
  v_seed text := private.uuid_v7();
begin
  perform private.require(v_agency, 'data_sources.write');
  return jsonb_build_object(
    'agency_id', v_agency, 'id', private.new_source_id(v_agency, v_seed), 'id_seed', v_seed);
end;
$$;

comment on function public.authorize_new_data_source(uuid) is
  'Who a data source will be that the caller may create: {agency_id, id, id_seed}, where id is what create_data_source makes of id_seed. Asked by the function data-sources before it seals credentials for it. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found.';
revoke all on function public.authorize_new_data_source(uuid) from public, anon;
grant execute on function public.authorize_new_data_source(uuid) to authenticated;

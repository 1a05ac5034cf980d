create or replace function private.authorize_data_source(
  data_source_id uuid,
  permission text,
  lock boolean default false
)
returns public.data_sources
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources;
begin
  perform private.require_caller();
  -- Locked before it is judged, so that what was judged is what is changed.
  if authorize_data_source.lock then
    select s.* into v_source
      from public.data_sources as s
     where s.agency_id = any (private.my_agencies()) and s.id = authorize_data_source.data_source_id
       for no key update;
  else
    select s.* into v_source
      from public.data_sources as s
     where s.agency_id = any (private.my_agencies()) and s.id = authorize_data_source.data_source_id;
  end if;
  if v_source.id is null or not private.can(v_source.agency_id, 'data_sources.read') then
    raise exception using errcode = 'PT404', message = 'data_source_not_found',
      detail = 'No data source with this id is visible to you.',
      hint = 'List the data sources to see which ids there are.';
  end if;
  perform private.require(v_source.agency_id, authorize_data_source.permission);
  return v_source;
end;
$$;

comment on function private.authorize_data_source(uuid, text, boolean) is
  'The data source, if the caller may do this with it: 401 not_signed_in, 404 data_source_not_found where it is not visible, 403 permission_denied.';

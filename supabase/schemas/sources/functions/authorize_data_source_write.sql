create or replace function public.authorize_data_source_write(data_source_id uuid)
returns public.data_sources
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
begin
  return private.authorize_data_source(authorize_data_source_write.data_source_id, 'data_sources.write');
end;
$$;

comment on function public.authorize_data_source_write(uuid) is
  'The data source, if the caller may change it and try its connection: asked, and counted, before the function data-sources opens or seals its credentials or looks at a config for it. Errors: 403 permission_denied, 404 data_source_not_found.';
revoke all on function public.authorize_data_source_write(uuid) from public, anon;
grant execute on function public.authorize_data_source_write(uuid) to authenticated;

create or replace function public.get_data_source(data_source_id uuid)
returns public.data_sources
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
begin
  return private.authorize_data_source(get_data_source.data_source_id, 'data_sources.read');
end;
$$;

comment on function public.get_data_source(uuid) is
  'A data source with its metrics. Errors: 401 not_signed_in, 404 data_source_not_found.';
revoke all on function public.get_data_source(uuid) from public, anon;
grant execute on function public.get_data_source(uuid) to authenticated;

create or replace function public.list_api_keys(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_api_keys.agency_id);
begin
  perform private.require(v_agency, 'api_keys.manage');
  return (
    select jsonb_build_object(
             'items', coalesce(jsonb_agg(private.api_key_document(k) order by k.id desc), '[]'),
             'total', count(*)
           )
      from public.api_keys as k
     where k.agency_id = v_agency
  );
end;
$$;

comment on function public.list_api_keys(uuid) is
  'The agency''s API keys without their secrets, with who made them and whether they are a member still, the newest first: {items, total}. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found.';
revoke all on function public.list_api_keys(uuid) from public, anon;
grant execute on function public.list_api_keys(uuid) to authenticated;

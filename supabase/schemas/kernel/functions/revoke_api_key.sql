create or replace function public.revoke_api_key(api_key_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- keys have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_key public.api_keys;
begin
  perform private.require_caller();
  select k.* into v_key
    from public.api_keys as k
   where k.agency_id = any (private.my_agencies()) and k.id = revoke_api_key.api_key_id
     for update;
  if not found then
    raise exception using errcode = 'PT404', message = 'api_key_not_found',
      detail = 'No API key with this id is visible to you.';
  end if;
  perform private.require(v_key.agency_id, 'api_keys.manage');
  update public.api_keys as k
     set revoked_at = coalesce(k.revoked_at, now())
   where k.agency_id = v_key.agency_id and k.id = v_key.id
  returning k.* into v_key;
  perform private.audit(v_key.agency_id, 'api_key.revoked', v_key.id);
  return private.api_key_document(v_key);
end;
$$;

comment on function public.revoke_api_key(uuid) is
  'Ends an API key; it works no longer from the next statement on. Errors: 401 not_signed_in, 403 permission_denied, 404 api_key_not_found.';
revoke all on function public.revoke_api_key(uuid) from public, anon;
grant execute on function public.revoke_api_key(uuid) to authenticated;

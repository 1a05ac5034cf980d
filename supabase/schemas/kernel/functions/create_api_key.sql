create or replace function public.create_api_key(
  agency_id uuid,
  name text,
  permissions text[],
  expires_at timestamptz default null
)
returns jsonb
language plpgsql
volatile
security definer -- keys have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_secret text := 'blk_' || translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_key public.api_keys;
begin
  perform private.require(create_api_key.agency_id, 'api_keys.manage');
  perform private.require_own_permissions(create_api_key.agency_id, create_api_key.permissions);
  if create_api_key.expires_at <= now() then
    raise exception using errcode = 'PT422', message = 'expiry_in_the_past',
      detail = 'A key expires in the future, or never.';
  end if;
  insert into public.api_keys (agency_id, name, prefix, secret_hash, permissions, expires_at, created_by)
  values (create_api_key.agency_id, create_api_key.name, left(v_secret, 12),
    private.hash_token(v_secret), private.union_of(create_api_key.permissions, '{}'),
    create_api_key.expires_at, private.uid())
  returning * into v_key;
  perform private.audit(v_key.agency_id, 'api_key.created', v_key.id, null, to_jsonb(v_key) - 'secret_hash');
  return private.api_key_document(v_key) || jsonb_build_object('secret', v_secret);
end;
$$;

comment on function public.create_api_key(uuid, text, text[], timestamptz) is
  'Makes a key for a program, with permissions the caller holds. The answer holds the secret, this once. Errors: 403 permission_denied or permission_not_held, 404 agency_not_found, 422 permission_unknown, expiry_in_the_past, and the named checks of api_keys.';
revoke all on function public.create_api_key(uuid, text, text[], timestamptz) from public, anon;
grant execute on function public.create_api_key(uuid, text, text[], timestamptz) to authenticated;

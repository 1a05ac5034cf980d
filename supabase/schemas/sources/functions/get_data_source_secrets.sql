create or replace function public.get_data_source_secrets(data_source_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads what is sealed, which nobody else may
set search_path = ''
as $$
#variable_conflict error
declare
  v_secrets jsonb;
begin
  perform private.require_service();
  select private.data_source_secrets(s.agency_id, s.id) into v_secrets
    from public.data_sources as s
   where s.id = get_data_source_secrets.data_source_id;
  if v_secrets is null then
    raise exception using errcode = 'PT404', message = 'data_source_not_found',
      detail = 'There is no data source with this id.';
  end if;
  return v_secrets;
end;
$$;

comment on function public.get_data_source_secrets(uuid) is
  'What a connector works with: {id, agency_id, type, config (with the inline text), rate_limit, credentials: the sealed envelope {key_id, nonce, ciphertext} or null}. For the secret key alone. Errors: 403 service_required, 404 data_source_not_found.';
revoke all on function public.get_data_source_secrets(uuid) from public, anon, authenticated;
grant execute on function public.get_data_source_secrets(uuid) to service_role;

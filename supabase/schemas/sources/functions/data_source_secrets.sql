create or replace function private.data_source_secrets(agency_id uuid, data_source_id uuid)
returns jsonb
language plpgsql
stable
security invoker -- called by definers of the worker
set search_path = ''
as $$
#variable_conflict error
declare
  v_secrets jsonb;
begin
  select jsonb_build_object(
           'id', s.id, 'agency_id', s.agency_id, 'type', s.type, 'rate_limit', s.rate_limit,
           'config', s.config || case when t.content is null then '{}' else jsonb_build_object('text', t.content) end,
           'credentials', case when c.key_id is not null then
             jsonb_build_object('key_id', c.key_id, 'nonce', c.nonce, 'ciphertext', c.ciphertext) end
         )
    into v_secrets
    from public.data_sources as s
    left join private.data_source_texts as t on t.agency_id = s.agency_id and t.data_source_id = s.id
    left join private.data_source_credentials as c on c.agency_id = s.agency_id and c.data_source_id = s.id
   where s.agency_id = data_source_secrets.agency_id and s.id = data_source_secrets.data_source_id;
  return v_secrets;
end;
$$;

comment on function private.data_source_secrets(uuid, uuid) is
  'What a connector works with: {id, agency_id, type, config (with the inline text), rate_limit, credentials: the sealed envelope or null}; null where there is no such source. Out of every role''s reach.';
revoke all on function private.data_source_secrets(uuid, uuid) from public, anon, authenticated, service_role;

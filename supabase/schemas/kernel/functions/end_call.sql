create or replace function private.end_call(
  rate_class text,
  idempotency_key text,
  fingerprint bytea,
  response jsonb
)
returns jsonb
language plpgsql
volatile
security definer -- writes counters, keys and answers that nobody may write
set search_path = ''
as $$
#variable_conflict error
declare
  v_key public.api_keys := private.api_key();
  v_subject text;
begin
  if end_call.idempotency_key is not null and end_call.response is not null then
    v_subject := private.idempotency_subject();
    insert into private.idempotency_keys as k (subject, key_hash, fingerprint, sealed_response)
    values (v_subject, private.hash_token(v_subject || ' ' || end_call.idempotency_key), end_call.fingerprint,
      extensions.encrypt(convert_to(end_call.response::text, 'UTF8'),
        private.sealing_key(v_subject, end_call.idempotency_key), 'aes'))
    on conflict (subject, key_hash) do update
       set fingerprint = excluded.fingerprint, sealed_response = excluded.sealed_response, created_at = now();
  end if;
  if v_key.id is not null then
    update public.api_keys as k
       set last_used_at = now()
     where k.agency_id = v_key.agency_id and k.id = v_key.id
       and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  end if;
  -- Last, because counters stay locked until the transaction ends.
  return case when private.is_service() then '[]' else private.charge_rate(end_call.rate_class) end;
end;
$$;

comment on function private.end_call(text, text, bytea, jsonb) is
  'Stores the answer under its Idempotency-Key and charges the limits: their response headers, or null where one is used up, and then the caller takes the effect back.';
grant execute on function private.end_call(text, text, bytea, jsonb) to anon, authenticated;

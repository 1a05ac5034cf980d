create or replace function private.end_call(
  call private.call,
  idempotency_key text,
  fingerprint bytea
)
returns private.call
language plpgsql
volatile
security definer -- writes counters, keys and answers that nobody may write
set search_path = ''
as $$
#variable_conflict error
declare
  v_subject text := end_call.call.subject;
  v_key public.api_keys;
begin
  if end_call.idempotency_key is not null then
    insert into private.idempotency_keys as k (subject, key_hash, fingerprint, sealed_response)
    values (v_subject, private.hash_token(v_subject || ' ' || end_call.idempotency_key), end_call.fingerprint,
      extensions.encrypt(convert_to(end_call.call.body::text, 'UTF8'),
        private.sealing_key(v_subject, end_call.idempotency_key), 'aes'))
    on conflict (subject, key_hash) do update
       set fingerprint = excluded.fingerprint, sealed_response = excluded.sealed_response, created_at = now();
  end if;
  if v_subject like 'api\_key:%' then
    v_key := private.api_key();
    update public.api_keys as k
       set last_used_at = now()
     where k.agency_id = v_key.agency_id and k.id = v_key.id
       and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  end if;
  -- Last, because counters stay locked until the transaction ends.
  return private.charge_rate(end_call.call);
end;
$$;

comment on function private.end_call(private.call, text, bytea) is
  'Stores the answer under its Idempotency-Key and charges the limits: the call with its limits as they are now, or refused where one is used up, and then the caller takes the effect back.';
grant execute on function private.end_call(private.call, text, bytea) to anon, authenticated;

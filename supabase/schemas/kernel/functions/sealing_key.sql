create or replace function private.sealing_key(subject text, idempotency_key text)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  -- Another hash than the one that is stored.
  return sha256(convert_to(concat_ws(' ', 'seal', sealing_key.subject, sealing_key.idempotency_key), 'UTF8'));
end;
$$;

comment on function private.sealing_key(text, text) is
  'Seals the answer under an Idempotency-Key; good for that one answer, so that no nonce is needed.';

create or replace function private.hash_token(token text)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return sha256(convert_to(hash_token.token, 'UTF8'));
end;
$$;

comment on function private.hash_token(text) is
  'What is stored in a token''s place. Tokens hold 256 random bits, which needs no salt and no slow hash.';

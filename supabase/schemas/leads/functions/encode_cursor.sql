create or replace function private.encode_cursor(sort_value text, id uuid)
returns text
language sql
immutable
strict -- after the last page there is no cursor
set search_path = ''
as $$
  select translate(
    encode(convert_to(jsonb_build_array(sort_value, id)::text, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;

comment on function private.encode_cursor(text, uuid) is 'Where a page ended, as an opaque word safe in a URL.';

create or replace function private.decode_cursor(cursor text, out sort_value text, out id uuid)
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_base64 text := translate(decode_cursor.cursor, '-_', '+/');
  v_document jsonb;
begin
  if decode_cursor.cursor = '' then
    return;
  end if;
  v_document := convert_from(
    decode(rpad(v_base64, (ceil(length(v_base64) / 4.0) * 4)::integer, '='), 'base64'), 'UTF8')::jsonb;
  sort_value := v_document ->> 0;
  id := (v_document ->> 1)::uuid;
  if (sort_value, id) is not null then
    return;
  end if;
  raise data_exception;
exception
  when data_exception then
    raise exception using errcode = 'PT422', message = 'cursor_invalid',
      detail = 'This cursor was not made by an earlier page.',
      hint = 'Send the cursor as the page before told it, or an empty one for the first page.';
end;
$$;

comment on function private.decode_cursor(text) is
  'What private.encode_cursor packed; nulls for an empty cursor (the first page). Error 422 cursor_invalid.';

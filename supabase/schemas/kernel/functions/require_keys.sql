create or replace function private.require_keys(document jsonb, allowed text[])
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_unknown text;
begin
  if jsonb_typeof(require_keys.document) is distinct from 'object' then
    raise exception using errcode = 'PT422', message = 'not_an_object',
      detail = 'A JSON object of fields is needed.';
  end if;
  select string_agg(k, ', ' order by k) into v_unknown
    from jsonb_object_keys(require_keys.document) as k
   where k <> all (require_keys.allowed);
  if v_unknown is not null then
    raise exception using errcode = 'PT422', message = 'unknown_field',
      detail = format('There is no field %s here.', v_unknown),
      hint = format('The fields are %s.', array_to_string(require_keys.allowed, ', '));
  end if;
end;
$$;

comment on function private.require_keys(jsonb, text[]) is
  'Refuses a document that is no object (422 not_an_object) or has other keys than the allowed ones (422 unknown_field).';

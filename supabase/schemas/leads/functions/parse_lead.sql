create or replace function private.parse_lead(document jsonb)
returns private.parsed_lead
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_parsed private.parsed_lead;
  v_errors jsonb;
begin
  select r.attributes, r.errors
    into v_parsed.attributes, v_errors
    from private.parse_lead_rows(jsonb_build_array(parse_lead.document)) as r;
  if v_errors is not null then
    raise exception using errcode = 'PT422', message = 'lead_invalid',
      detail = (
        select string_agg(concat_ws(' ', e ->> 'field', e ->> 'reason'), '; ') || '.'
          from jsonb_array_elements(v_errors) as e
      ),
      hint = 'Mend the fields named and send it again.';
  end if;
  v_parsed.given := array(select k from jsonb_object_keys(parse_lead.document) as k order by k);
  return v_parsed;
end;
$$;

comment on function private.parse_lead(jsonb) is
  'One document about a lead, typed, and which fields it gave; error 422 lead_invalid says all that is wrong.';

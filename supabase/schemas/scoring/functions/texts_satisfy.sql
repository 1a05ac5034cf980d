create or replace function private.texts_satisfy(texts text[], step private.scoring_step)
returns boolean
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_text text collate pg_catalog.pg_c_utf8;
begin
  case step.operator
    when 'exists' then return cardinality(texts_satisfy.texts) > 0;
    when 'absent' then return cardinality(texts_satisfy.texts) = 0;
    when 'neq' then return not exists (
      select from unnest(texts_satisfy.texts) as t where lower(t collate pg_catalog.pg_c_utf8) = step.texts[1]);
    else null;
  end case;
  foreach v_text in array texts_satisfy.texts loop
    if (case
      when step.operator in ('eq', 'in') then lower(v_text) = any (step.texts)
      when step.operator = 'matches' then v_text ~* step.texts[1]
      when step.operator = 'contains' then strpos(lower(v_text), step.texts[1]) > 0
      when v_text ~ '^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$' then v_text::numeric <@ step.numbers
    end) then
      return true;
    end if;
  end loop;
  return false;
end;
$$;

comment on function private.texts_satisfy(text[], private.scoring_step) is
  'Whether a scoring rule holds for one of the texts; `neq`, whether `eq` holds for none.';

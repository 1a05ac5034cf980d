create or replace function private.cron_field(field text, low integer, high integer, names text[] default '{}')
returns integer[]
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_part text;
  v_match text[];
  v_from integer;
  v_to integer;
  v_values integer[] := '{}'::integer[];
begin
  if cron_field.field is null then
    return null;
  end if;
  foreach v_part in array string_to_array(lower(cron_field.field), ',') loop
    v_match := regexp_match(v_part, '^(?:(\*)|(\d{1,2}|[a-z]{3})(?:-(\d{1,2}|[a-z]{3}))?)(?:/(\d{1,2}))?$');
    v_from := case when v_match[1] is not null then cron_field.low
                   else coalesce(array_position(cron_field.names, v_match[2]) - 1 + cron_field.low,
                     substring(v_match[2], '^\d+$')::integer) end;
    v_to := case when v_match[1] is not null then cron_field.high
                 when v_match[3] is not null then coalesce(
                   array_position(cron_field.names, v_match[3]) - 1 + cron_field.low,
                   substring(v_match[3], '^\d+$')::integer)
                 -- As in 5/15: from 5 on.
                 when v_match[4] is not null then cron_field.high
                 else v_from end;
    if v_from between cron_field.low and cron_field.high and v_to between v_from and cron_field.high
      and coalesce(v_match[4]::integer, 1) > 0 then
      v_values := v_values || array(select generate_series(v_from, v_to, coalesce(v_match[4]::integer, 1)));
    else
      return null;
    end if;
  end loop;
  return v_values;
end;
$$;

comment on function private.cron_field(text, integer, integer, text[]) is
  'The values of one field of a cron expression (*, 5, 1-5, */15, 1-30/2, mon-fri, and lists of these); null for what is none.';

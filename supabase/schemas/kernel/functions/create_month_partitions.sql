create or replace function private.create_month_partitions(parent regclass, months_ahead integer)
returns text[]
language plpgsql
volatile
security invoker -- called by definers: only the owner may add partitions
set search_path = ''
as $$
#variable_conflict error
declare
  v_month date;
  v_name text;
  v_made text[] := '{}'::text[];
begin
  for v_month in
    select m::date
      from generate_series(
        date_trunc('month', now()),
        date_trunc('month', now()) + make_interval(months => create_month_partitions.months_ahead),
        interval '1 month'
      ) as m
  loop
    v_name := (select c.relname from pg_catalog.pg_class as c where c.oid = create_month_partitions.parent)
      || '_' || to_char(v_month, 'YYYY_MM');
    if to_regclass('private.' || v_name) is null then
      execute format(
        'create table private.%I partition of %s for values from (%L) to (%L)',
        v_name, create_month_partitions.parent, v_month, (v_month + interval '1 month')::date
      );
      execute format('alter table private.%I enable row level security', v_name);
      execute format('alter table private.%I force row level security', v_name);
      v_made := v_made || v_name;
    end if;
  end loop;
  return v_made;
end;
$$;

comment on function private.create_month_partitions(regclass, integer) is
  'Makes the partitions of a table for this month and the months ahead that do not exist yet, in private and named after table and month; returns their names.';

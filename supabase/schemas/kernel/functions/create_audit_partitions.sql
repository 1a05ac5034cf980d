create or replace function private.create_audit_partitions(months_ahead integer default 3)
returns void
language plpgsql
volatile
security definer -- only the owner may add partitions
set search_path = ''
as $$
#variable_conflict error
declare
  v_parent record;
  v_month date;
  v_name text;
begin
  for v_parent in
    select c.oid::regclass as name, c.relname
      from pg_catalog.pg_class as c
     where c.oid in ('public.audit_log'::regclass, 'private.row_changes'::regclass)
     order by c.relname
  loop
    for v_month in
      select m::date
        from generate_series(
          date_trunc('month', now()),
          date_trunc('month', now()) + make_interval(months => create_audit_partitions.months_ahead),
          interval '1 month'
        ) as m
    loop
      v_name := v_parent.relname || '_' || to_char(v_month, 'YYYY_MM');
      if to_regclass('private.' || v_name) is null then
        execute format(
          'create table private.%I partition of %s for values from (%L) to (%L)',
          v_name, v_parent.name, v_month, (v_month + interval '1 month')::date
        );
        execute format('alter table private.%I enable row level security', v_name);
        execute format('alter table private.%I force row level security', v_name);
        execute format(
          'create trigger %I before truncate on private.%I for each statement execute function private.tg_append_only()',
          v_name || '_never_truncated', v_name
        );
      end if;
    end loop;
  end loop;
end;
$$;

comment on function private.create_audit_partitions(integer) is
  'Makes the partitions of the audit log and of the rows'' history for this month and the months ahead that do not exist yet.';

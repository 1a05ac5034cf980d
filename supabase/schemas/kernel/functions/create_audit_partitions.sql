create or replace function private.create_audit_partitions(months_ahead integer default 3)
returns void
language plpgsql
volatile
security definer -- only the owner may add partitions
set search_path = ''
as $$
#variable_conflict error
declare
  v_month date;
  v_name text;
begin
  for v_month in
    select m::date
      from generate_series(
        date_trunc('month', now()),
        date_trunc('month', now()) + make_interval(months => create_audit_partitions.months_ahead),
        interval '1 month'
      ) as m
  loop
    v_name := 'audit_log_' || to_char(v_month, 'YYYY_MM');
    if to_regclass('private.' || v_name) is null then
      execute format(
        'create table private.%I partition of public.audit_log for values from (%L) to (%L)',
        v_name, v_month, (v_month + interval '1 month')::date
      );
      execute format('alter table private.%I enable row level security', v_name);
      execute format('alter table private.%I force row level security', v_name);
    end if;
  end loop;
end;
$$;

comment on function private.create_audit_partitions(integer) is
  'Makes the audit log''s partitions for this month and the months ahead that do not exist yet.';

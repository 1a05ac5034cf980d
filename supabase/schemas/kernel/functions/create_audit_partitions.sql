create or replace function private.create_audit_partitions(months_ahead integer default 3)
returns void
language plpgsql
volatile
security definer -- only the owner may add partitions
set search_path = ''
as $$
#variable_conflict error
declare
  v_parent regclass;
  v_name text;
begin
  foreach v_parent in array '{public.audit_log,private.row_changes}'::regclass[] loop
    foreach v_name in array private.create_month_partitions(v_parent, create_audit_partitions.months_ahead) loop
      execute format(
        'create trigger %I before truncate on private.%I for each statement execute function private.tg_append_only()',
        v_name || '_never_truncated', v_name
      );
    end loop;
  end loop;
end;
$$;

comment on function private.create_audit_partitions(integer) is
  'Makes the partitions of the audit log and of the rows'' history for this month and the months ahead that do not exist yet.';

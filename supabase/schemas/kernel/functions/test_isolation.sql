create or replace function public.test_isolation()
returns jsonb
language plpgsql
stable
security invoker -- counts just what the caller's own policies let through
set search_path = ''
as $$
#variable_conflict error
declare
  v_mine uuid[] := private.my_agencies();
  v_table record;
  v_rows bigint;
  v_tables jsonb := '[]'::jsonb;
  v_leaks bigint := 0;
begin
  for v_table in
    select c.oid::regclass as name, c.relname,
           case when c.relname = 'agencies' then 'id' else 'agency_id' end as agency_column,
           -- One's own seat stays in sight when suspended, and when the request names another agency.
           case when exists (
             select from pg_catalog.pg_attribute as u
              where u.attrelid = c.oid and u.attname = 'user_id' and not u.attisdropped
           ) then ' and t.user_id is distinct from $2' else '' end as not_own
      from pg_catalog.pg_class as c
      join pg_catalog.pg_attribute as a
        on a.attrelid = c.oid and not a.attisdropped
       and a.attname = case when c.relname = 'agencies' then 'id' else 'agency_id' end
     where c.relnamespace = 'public'::regnamespace
       and c.relkind in ('r', 'p', 'v')
       and has_column_privilege(c.oid, a.attnum, 'select')
     order by c.relname
  loop
    execute format('select count(*) from %s as t where t.%I <> all ($1)%s',
        v_table.name, v_table.agency_column, v_table.not_own)
       into v_rows using v_mine, private.uid();
    v_leaks := v_leaks + v_rows;
    v_tables := v_tables || jsonb_build_object('table', v_table.relname, 'rows_outside', v_rows);
  end loop;
  return jsonb_build_object('isolated', v_leaks = 0, 'tables', v_tables);
end;
$$;

comment on function public.test_isolation() is
  'Counts, table by table, the rows the caller can see outside of their agencies, their own seats aside: {isolated, tables: [{table, rows_outside}]}. All counts must be zero.';
revoke all on function public.test_isolation() from public, anon;
grant execute on function public.test_isolation() to authenticated;

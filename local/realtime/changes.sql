-- postgres_changes: who subscribes to what, and what becomes of a change. Run after server.sql.

-- Columns of the primary key, in the table's order.
create or replace function local_realtime.key_columns(relation regclass) returns name[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(a.attname order by a.attnum), '{}')
    from pg_catalog.pg_index as i
    join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
   where i.indrelid = key_columns.relation and i.indisprimary
$$;

-- Columns of the old row that the write-ahead log would hold: the replica identity.
create or replace function local_realtime.identity_columns(relation regclass) returns name[]
language sql stable set search_path = '' as $$
  select case c.relreplident
    when 'd' then local_realtime.key_columns(c.oid)
    else array(
      select a.attname from pg_catalog.pg_attribute as a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         and (c.relreplident = 'f' or exists (
           select from pg_catalog.pg_index as i
            where i.indrelid = c.oid and i.indisreplident and a.attnum = any (i.indkey)
              and c.relreplident = 'i')))
    end
    from pg_catalog.pg_class as c
   where c.oid = identity_columns.relation
$$;

-- Subscribing ----------------------------------------------------------------------------------

-- The type of a column that the role may select, or null.
create or replace function local_realtime.readable(relation regclass, role name, column_name text)
returns text language sql stable set search_path = '' as $$
  select format_type(a.atttypid, null)
    from pg_catalog.pg_attribute as a
   where a.attrelid = readable.relation and a.attname = readable.column_name and a.attnum > 0
     and has_column_privilege(readable.role, a.attrelid, a.attnum, 'select')
$$;

-- One parsed filter as SQL over the row `r`, or an error that says what is wrong with it.
create or replace function local_realtime.condition(relation regclass, role name, filter jsonb)
returns text language plpgsql set search_path = '' as $$
declare
  v_column text := condition.filter ->> 'column';
  v_op text := condition.filter ->> 'op';
  v_value text := condition.filter ->> 'value';
  v_type text := local_realtime.readable(condition.relation, condition.role, v_column);
  v_sql text;
  v_is_long boolean := false;
begin
  if v_type is null then
    raise exception 'invalid column for filter %', v_column;
  end if;
  if v_op = 'is' and v_value not in ('null', 'true', 'false', 'unknown') then
    raise exception 'invalid value for is filter: must be null, true, false, or unknown';
  end if;
  if v_op = 'in' then
    execute format('select cardinality(%L::%s[]) > 100', v_value, v_type) into v_is_long;
  end if;
  if v_is_long then
    raise exception 'too many values for `in` filter. Maximum 100';
  end if;
  v_sql := case v_op
    when 'is' then format('r.%I is %s', v_column, v_value)
    when 'isdistinct' then format('r.%I is distinct from %L::%s', v_column, v_value, v_type)
    when 'in' then format('r.%I = any (%L::%s[])', v_column, v_value, v_type)
    else format('r.%I %s %L::%s', v_column, case v_op
      when 'eq' then '=' when 'neq' then '<>' when 'lt' then '<' when 'lte' then '<='
      when 'gt' then '>' when 'gte' then '>=' when 'like' then 'like' when 'ilike' then 'ilike'
      when 'match' then '~' when 'imatch' then '~*' end, v_value, v_type)
  end;
  if (condition.filter ->> 'negate')::boolean then
    v_sql := format('not (%s)', v_sql);
  end if;
  -- Said now, a wrong value or operator is the subscriber's error; later it would be in the way.
  if v_op in ('match', 'imatch') then
    perform '' ~ v_value;
  end if;
  execute format('select %s from (select (null::%s).*) as r', v_sql, condition.relation);
  return v_sql;
end;
$$;

-- The columns asked for, each of which the role may select.
create or replace function local_realtime.selection(relation regclass, role name, columns name[])
returns name[] language plpgsql set search_path = '' as $$
declare
  v_column name;
begin
  foreach v_column in array coalesce(selection.columns, '{}') loop
    if local_realtime.readable(selection.relation, selection.role, v_column) is null then
      raise exception 'invalid column for select %', v_column;
    end if;
  end loop;
  return selection.columns;
end;
$$;

-- Registers bindings at every published table that they name, all or none.
create or replace function local_realtime.subscribe(bindings jsonb, claims jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_binding record;
  v_tables integer;
begin
  perform local_realtime.sync_triggers();
  for v_binding in
    select * from jsonb_to_recordset(subscribe.bindings) as b (
      id integer, asked text, event text, schema text, "table" text, filters jsonb, columns name[])
  loop
    delete from local_realtime.subscriptions as s where s.id = v_binding.id;
    begin
      insert into local_realtime.subscriptions
        (id, relation, event, filter, filtered, selected, role, claims)
      select v_binding.id, t.relation, v_binding.event, f.filter, f.filtered,
             local_realtime.selection(t.relation, r.role, v_binding.columns), r.role, claims::text
        from (select (claims ->> 'role')::name as role) as r
       cross join (
         select format('%I.%I', p.schemaname, p.tablename)::regclass as relation
           from pg_catalog.pg_publication_tables as p
          where p.pubname = 'supabase_realtime'
            and v_binding.schema in (p.schemaname, '*') and v_binding.table in (p.tablename, '*')
       ) as t
       cross join lateral (
         select coalesce(string_agg(local_realtime.condition(t.relation, r.role, f), ' and '), 'true') as filter,
                coalesce(array_agg((f ->> 'column')::name) filter (where f is not null), '{}') as filtered
           from jsonb_array_elements(v_binding.filters) as f
       ) as f;
      get diagnostics v_tables = row_count;
    exception when others then
      raise exception 'An exception happened so please check your connect parameters: %. Exception: %',
        v_binding.asked, sqlerrm;
    end;
    if v_tables = 0 then
      raise exception 'Please check Realtime is enabled for the given connect parameters: %', v_binding.asked;
    end if;
  end loop;
end;
$$;

-- Telling --------------------------------------------------------------------------------------

-- Which of the changes are of this table and kind and pass the filter. What cannot be judged does not
-- pass; to find it, a batch that fails is judged one by one.
create or replace function local_realtime.matching(
  relation regclass, event text, filter text, filtered name[], changes bigint[]
) returns bigint[] language plpgsql set search_path = '' as $$
declare
  v_matching bigint[];
begin
  execute format(
    'with mine as materialized (
       select c.id, coalesce(c.record, c.old_record) as record from local_realtime.changes as c
        where c.id = any ($1) and c.relation = $2 and $3 in (c.type, ''*'')
          and (c.type <> ''DELETE'' or $4)
     )
     select array_agg(m.id) from mine as m
      cross join lateral jsonb_populate_record(null::%s, m.record) as r
      where %s', matching.relation, matching.filter)
    into v_matching
    using matching.changes, matching.relation::oid, matching.event,
          matching.filtered <@ local_realtime.identity_columns(matching.relation);
  return v_matching;
exception when others then
  if cardinality(matching.changes) > 1 then
    return array(
      select m.id from unnest(matching.changes) as c (id)
       cross join lateral unnest(local_realtime.matching(
         matching.relation, matching.event, matching.filter, matching.filtered, array[c.id])) as m (id));
  end if;
  raise warning 'realtime: the filter % failed: %', matching.filter, sqlerrm;
  return '{}';
end;
$$;

-- Readies this session's statement that answers which rows, given by their keys, the role sees.
create or replace function local_realtime.ready_statement(relation regclass) returns text
language plpgsql set search_path = '' as $$
declare
  v_name text := 'seen_' || ready_statement.relation::oid;
  v_sql text;
begin
  select format(
      'prepare %I (jsonb) as select array_agg(k."0 change") from jsonb_to_recordset($1) as k ("0 change" bigint, %s) '
      'where (select true from %s as t where %s)',
      v_name, string_agg(format('%I %s', a.attname, format_type(a.atttypid, null)), ', '),
      ready_statement.relation, string_agg(format('t.%1$I = k.%1$I', a.attname), ' and '))
    into v_sql
    from pg_catalog.pg_attribute as a
   where a.attrelid = ready_statement.relation
     and a.attname = any (local_realtime.key_columns(ready_statement.relation));
  if not exists (select from pg_catalog.pg_prepared_statements as p where p.statement = v_sql) then
    if exists (select from pg_catalog.pg_prepared_statements as p where p.name = v_name) then
      execute format('deallocate %I', v_name);
    end if;
    execute v_sql;
  end if;
  return v_name;
end;
$$;

-- What a ready statement says to these claims. A row whose policies fail is not seen; to find it, a
-- batch that fails is asked for one by one.
create or replace function local_realtime.seen(statement text, role name, claims text, keys text)
returns bigint[] language plpgsql set search_path = '' as $$
declare
  v_seen bigint[];
begin
  perform set_config('request.jwt.claims', seen.claims, true), set_config('role', seen.role, true);
  execute format('execute %I (%L)', seen.statement, seen.keys) into v_seen;
  perform set_config('role', 'none', true);
  return v_seen;
exception when others then
  if jsonb_array_length(seen.keys::jsonb) > 1 then
    return array(
      select s.id from jsonb_array_elements(seen.keys::jsonb) as k (key)
       cross join lateral unnest(local_realtime.seen(
         seen.statement, seen.role, seen.claims, jsonb_build_array(k.key)::text)) as s (id));
  end if;
  raise warning 'realtime: the policies failed for %: %', seen.keys, sqlerrm;
  return '{}';
end;
$$;

-- The values of a row in both lists of columns.
create or replace function local_realtime.part(record jsonb, columns name[], among name[], only_short boolean)
returns jsonb language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(e.key, e.value), '{}')
    from jsonb_each(part.record) as e
   where e.key = any (part.columns) and e.key = any (part.among)
     and (not part.only_short or octet_length(e.value::text) <= 64)
$$;

-- A change as the role is told it: the columns it may select, among those it asked for.
create or replace function local_realtime.render(
  change bigint, role name, selected name[], fault text
) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  v_change local_realtime.changes;
  v_table record;
  v_key name[];
  v_old name[];
  v_columns name[];
  v_types jsonb;
  v_is_large boolean;
  v_data jsonb;
begin
  select c.* into v_change from local_realtime.changes as c where c.id = render.change;
  select n.nspname, c.relname, c.relrowsecurity into v_table
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
   where c.oid = v_change.relation;
  v_data := jsonb_build_object(
    'schema', v_table.nspname, 'table', v_table.relname, 'type', v_change.type,
    'commit_timestamp', to_char(v_change.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'errors', null, 'columns', '[]'::jsonb);
  if render.fault is not null and v_change.type <> 'DELETE' then
    return v_data || jsonb_build_object('errors', jsonb_build_array(render.fault))
      || case v_change.type when 'UPDATE' then '{"record": {}, "old_record": {}}' else '{"record": {}}' end::jsonb;
  end if;
  v_key := local_realtime.key_columns(v_change.relation);
  v_old := case when v_change.type = 'DELETE' and v_table.relrowsecurity then v_key
                else local_realtime.identity_columns(v_change.relation) end;
  select array_agg(a.attname),
         jsonb_agg(jsonb_build_object('name', a.attname, 'type', t.typname) order by a.attnum)
    into v_columns, v_types
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_type as t on t.oid = a.atttypid
   where a.attrelid = v_change.relation and a.attnum > 0 and not a.attisdropped
     and has_column_privilege(render.role, a.attrelid, a.attnum, 'select')
     and (render.selected is null or a.attname = any (render.selected || v_key));
  -- A change of more than 1 MiB is told without its long values.
  v_is_large := octet_length(v_change.record::text) + coalesce(octet_length(v_change.old_record::text), 0) > 1048576;
  v_data := v_data || jsonb_build_object('columns', v_types);
  if v_is_large then
    v_data := v_data || '{"errors": ["Error 413: Payload Too Large"]}';
  end if;
  if v_change.type <> 'DELETE' then
    v_data := v_data || jsonb_build_object('record',
      local_realtime.part(v_change.record, v_columns, v_columns, v_is_large));
  end if;
  if v_change.type <> 'INSERT' then
    v_data := v_data || jsonb_build_object('old_record',
      local_realtime.part(v_change.old_record, v_columns, v_old, v_is_large));
  end if;
  return v_data;
end;
$$;

-- What the subscribers of one role are told of the changes of one table.
create or replace function local_realtime.tell(relation regclass, role name, changes bigint[])
returns table (change bigint, subscriptions integer[], data jsonb)
language plpgsql set search_path = '' as $$
#variable_conflict use_variable
declare
  v_key name[] := local_realtime.key_columns(relation);
  v_fault text := case
    when v_key = '{}' then 'Error 400: Bad Request, no primary key'
    when exists (select from unnest(v_key) as k (name) where not has_column_privilege(role, relation, k.name, 'select'))
    then 'Error 401: Unauthorized'
  end;
  v_keys text;
  v_statement text;
begin
  -- Only rows that are still there can be asked for: deletions are told to whoever subscribed.
  select jsonb_agg(
           local_realtime.part(c.record, v_key, v_key, false) || jsonb_build_object('0 change', c.id))::text
    into v_keys
    from local_realtime.changes as c
    join pg_catalog.pg_class as r on r.oid = c.relation and r.relrowsecurity
   where c.id = any (changes) and c.relation = tell.relation and c.type <> 'DELETE' and v_fault is null;
  if v_keys is not null then
    v_statement := local_realtime.ready_statement(relation);
  end if;
  return query
  with passing as materialized ( -- each filter once, however many ask for it
    select f.event, f.filter, m.change
      from (select distinct s.event, s.filter, s.filtered from local_realtime.subscriptions as s
             where s.relation = tell.relation and s.role = tell.role) as f
     cross join lateral unnest(
       local_realtime.matching(relation, f.event, f.filter, f.filtered, changes)) as m (change)
  ), matched as (
    select s.claims, s.selected, s.id as subscription, p.change
      from passing as p
      join local_realtime.subscriptions as s
        on s.relation = tell.relation and s.role = tell.role and s.event = p.event and s.filter = p.filter
  ), judged as materialized (
    select array_agg(m.subscription) as subscriptions, array_agg(m.change) as changes,
           array_agg(m.selected::text) as selected,
           case when v_statement is not null then local_realtime.seen(v_statement, role, m.claims, v_keys) end as seen
      from matched as m
     group by m.claims
  )
  select p.change, array_agg(p.subscription), local_realtime.render(p.change, role, p.selected::name[], v_fault)
    from judged as j
   cross join lateral unnest(j.subscriptions, j.changes, j.selected) as p (subscription, change, selected)
    join local_realtime.changes as c on c.id = p.change
   where v_statement is null or c.type = 'DELETE' or p.change = any (j.seen)
   group by p.change, p.selected;
end;
$$;

-- What all subscribers are told of the changes, in their order; the changes are done with.
create or replace function local_realtime.drain(changes bigint[])
returns table (subscriptions integer[], data text) language plpgsql set search_path = '' as $$
#variable_conflict use_variable
begin
  return query
  select t.subscriptions, t.data::text
    from (
      select distinct s.relation, s.role from local_realtime.subscriptions as s
       where s.relation in (select c.relation from local_realtime.changes as c where c.id = any (changes))
    ) as g
   cross join lateral local_realtime.tell(g.relation, g.role, changes) as t
   order by t.change;
  delete from local_realtime.changes as c where c.id = any (changes);
end;
$$;

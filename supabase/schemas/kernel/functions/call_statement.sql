create or replace function private.call_statement(
  procedure text,
  arguments jsonb,
  out statement text,
  out writes boolean
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_is_set boolean;
  v_names text[];
  v_types oid[];
  v_unknown text;
  v_type text;
  v_given text;
  v_columns text;
  v_document text;
begin
  if jsonb_typeof(call_statement.arguments) <> 'object' then
    raise exception using errcode = 'PT422', message = 'arguments_not_an_object',
      detail = 'The arguments of a procedure are an object, by name.', hint = 'Send {} for none.';
  end if;
  select p.proretset, p.provolatile = 'v', coalesce(p.proargnames[1:p.pronargs], '{}'), p.proargtypes
    into v_is_set, call_statement.writes, v_names, v_types
    from pg_catalog.pg_proc as p
   where p.pronamespace = 'public'::regnamespace
     and p.proname = call_statement.procedure
     and p.prokind = 'f'
     and p.proname not in ('call_procedure', 'call_export');
  if not found then
    raise exception using errcode = 'PT404', message = 'procedure_not_found',
      detail = format('There is no procedure %s.', call_statement.procedure);
  end if;
  if call_statement.arguments - v_names <> '{}' then
    select string_agg(g, ', ' order by g) into v_unknown
      from jsonb_object_keys(call_statement.arguments - v_names) as g;
    raise exception using errcode = 'PT422', message = 'argument_unknown',
      detail = format('%s takes no %s.', call_statement.procedure, v_unknown),
      hint = format('It takes %s.', array_to_string(v_names, ', '));
  end if;

  -- The arguments get the types that the procedure declares. A plain value is cast from its text, which
  -- is how a document gives it as well, at less cost: (a uuid[], b jsonb) of one document.
  for v_n in 1 .. cardinality(v_names) loop
    if call_statement.arguments ? v_names[v_n] then
      v_type := format_type(v_types[v_n - 1], null); -- an oidvector begins at 0
      if v_type in ('uuid', 'text', 'integer', 'numeric', 'boolean') then
        v_given := concat_ws(', ', v_given, format('%1$I => ($1 ->> %1$L)::%2$s', v_names[v_n], v_type));
      else
        v_given := concat_ws(', ', v_given, format('%1$I => a.%1$I', v_names[v_n]));
        v_columns := concat_ws(', ', v_columns, format('%I %s', v_names[v_n], v_type));
      end if;
    end if;
  end loop;
  v_document := 'pg_catalog.jsonb_to_record($1) as a (' || v_columns || ')';
  call_statement.statement := case when v_is_set
    then format('select coalesce(jsonb_agg(to_jsonb(r)), ''[]'') from %s public.%I(%s) as r',
      v_document || ', lateral', call_statement.procedure, v_given)
    else format('select to_jsonb(public.%I(%s)) %s', call_statement.procedure, v_given, 'from ' || v_document) end;
end;
$$;

comment on function private.call_statement(text, jsonb) is
  'The statement that calls a public procedure with the arguments given, taken by name from a document $1, and answers its result as jsonb; and whether it may write. Errors: 404 procedure_not_found, 422 arguments_not_an_object, argument_unknown.';
grant execute on function private.call_statement(text, jsonb) to anon, authenticated;

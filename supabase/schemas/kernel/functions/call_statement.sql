create or replace function private.call_statement(
  procedure text,
  given text[],
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
  v_function record;
  v_unknown text;
  v_call text;
  v_arguments text;
begin
  select p.proretset as is_set, p.provolatile = 'v' as is_volatile, coalesce(p.proargnames[1:p.pronargs], '{}') as names,
         p.proargtypes::oid[] as types
    into v_function
    from pg_catalog.pg_proc as p
   where p.pronamespace = 'public'::regnamespace
     and p.proname = call_statement.procedure
     and p.prokind = 'f'
     and p.proname not in ('call_procedure', 'call_export');
  if not found then
    raise exception using errcode = 'PT404', message = 'procedure_not_found',
      detail = format('There is no procedure %s.', call_statement.procedure);
  end if;
  select string_agg(g, ', ' order by g) into v_unknown
    from unnest(call_statement.given) as g
   where g <> all (v_function.names);
  if v_unknown is not null then
    raise exception using errcode = 'PT422', message = 'argument_unknown',
      detail = format('%s takes no %s.', call_statement.procedure, v_unknown),
      hint = format('It takes %s.', array_to_string(v_function.names, ', '));
  end if;

  -- The arguments get the types that the procedure declares: (a uuid, b jsonb) of one document.
  select format('public.%I(%s)', call_statement.procedure, coalesce(string_agg(format('%1$I => a.%1$I', n.name), ', '), '')),
         coalesce('pg_catalog.jsonb_to_record($1) as a ('
           || string_agg(format('%I %s', n.name, format_type(n.type, null)), ', ') || ')', '(select $1) as a')
    into v_call, v_arguments
    from unnest(v_function.names, v_function.types) as n (name, type)
   where n.name = any (call_statement.given);
  call_statement.statement := case when v_function.is_set
    then format('select coalesce(jsonb_agg(to_jsonb(r)), ''[]'') from %s, lateral %s as r', v_arguments, v_call)
    else format('select to_jsonb(%s) from %s', v_call, v_arguments) end;
  call_statement.writes := v_function.is_volatile;
end;
$$;

comment on function private.call_statement(text, text[]) is
  'The statement that calls a public procedure with the arguments given, taken by name from a document $1, and answers its result as jsonb; and whether it may write. Errors: 404 procedure_not_found, 422 argument_unknown.';
grant execute on function private.call_statement(text, text[]) to anon, authenticated;

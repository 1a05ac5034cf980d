create or replace function public.call_export(arguments jsonb default '{}', procedure text default 'export_leads')
returns public."text/csv"
language plpgsql
volatile
security invoker -- the export runs as the caller, whose grants decide
set search_path = ''
as $$
#variable_conflict error
begin
  -- What makes no file is not called by this way, which keeps no Idempotency-Key.
  if not exists (
    select from pg_catalog.pg_proc as p
     where p.pronamespace = 'public'::regnamespace
       and p.proname = call_export.procedure
       and p.prorettype = 'public."text/csv"'::regtype
       and p.provolatile <> 'v'
  ) then
    raise exception using errcode = 'PT404', message = 'procedure_not_found',
      detail = format('No export is called %s.', call_export.procedure);
  end if;
  return private.answer_call(call_export.procedure, coalesce(call_export.arguments, '{}'), 'intensive', null) #>> '{}';
end;
$$;

comment on function public.call_export(jsonb, text) is
  'A procedure that makes a file (export_leads, export_job_rejects), called under the rate limits and answered as the file it is; errors come as the JSON of the Data API. Error of its own: 404 procedure_not_found.';
revoke all on function public.call_export(jsonb, text) from public;
grant execute on function public.call_export(jsonb, text) to anon, authenticated;

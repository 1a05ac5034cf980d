create or replace function public.call_export(arguments jsonb default '{}')
returns public."text/csv"
language plpgsql
volatile
security invoker -- the export runs as the caller, whose grants decide
set search_path = ''
as $$
#variable_conflict error
declare
  v_answer jsonb := private.answer_call('export_leads', coalesce(call_export.arguments, '{}'), 'intensive', null);
begin
  perform private.set_response(v_answer, 'intensive');
  return v_answer ->> 'body';
end;
$$;

comment on function public.call_export(jsonb) is
  'export_leads under the rate limits, as the file it is; errors come as the JSON of the Data API.';
revoke all on function public.call_export(jsonb) from public;
grant execute on function public.call_export(jsonb) to anon, authenticated;

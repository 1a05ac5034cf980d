begin;
select plan(18);

create temporary table workers_calls (procedure regprocedure, call text);
insert into workers_calls values
  ('public.begin_scraping_job(uuid, bigint)', 'begin_scraping_job({job task}, 1)'),
  ('public.import_job_batch(uuid, bigint, jsonb, jsonb, jsonb, integer, jsonb)', 'import_job_batch({job task}, 1)'),
  ('public.finish_scraping_job(uuid, bigint, text, text)', 'finish_scraping_job({job task}, 1, ''completed'')'),
  ('public.run_data_source_schedule(uuid, bigint)', 'run_data_source_schedule({schedule task}, 1)'),
  ('public.get_data_source_secrets(uuid)', 'get_data_source_secrets({a source})'),
  ('public.record_data_source_test(uuid, boolean, integer, text)', 'record_data_source_test({a source}, true)'),
  ('public.replace_data_source_credentials(uuid, text, jsonb)', 'replace_data_source_credentials({a source}, ''x'', ''{}'')'),
  ('public.list_sealed_credentials(text, uuid, integer)', 'list_sealed_credentials(''x'')');
select tests.create_full_agency('acme');
update workers_calls as w set call = tests.filled_in(w.call);
grant select on workers_calls to public;

select is_empty($$
  select w.procedure from workers_calls as w, unnest('{anon,authenticated}'::text[]) as r
   where has_function_privilege(r, w.procedure, 'execute')
$$, 'nobody else is granted what workers call');

-- Were it granted by mistake, the procedure itself would refuse.
do $$
declare
  v_procedure regprocedure;
begin
  for v_procedure in select procedure from workers_calls loop
    execute format('grant execute on function %s to authenticated', v_procedure);
  end loop;
end;
$$;
select tests.watch('acme');
select tests.act_as('acme', 'owner');
select throws_ok('select public.' || w.call, 'PT403', 'service_required', w.procedure || ' refuses an owner')
  from workers_calls as w order by w.procedure::text;
select tests.is_untouched('acme');
select tests.act_as_service();
select lives_ok('select public.' || w.call, w.procedure || ' takes a worker')
  from workers_calls as w order by w.call !~ '^(begin|import)', w.call;

select * from finish();
rollback;

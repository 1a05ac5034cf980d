begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');
select tests.act_as('acme', 'analyst');
select is(public.export_job_rejects(tests.id('acme/job'))::text, e'row,fault\r\n', 'where nothing was left out there is a header');
select tests.act_as_postgres();

select tests.claim_job('anna');
select tests.import_batch('anna',
  '[{"row": 2, "values": {"email": "=HYPERLINK(\"http://x\")", "status": "soon"}},
    {"row": 9, "values": {"email": "nobody", "city": "Oslo, \"old\" town"}}]',
  '[{"row": 3, "field": "@risk", "reason": "is cut off", "row_data": {"email": "-1+1", "@risk": "+4\n5"}}]');
select tests.act_as('acme', 'analyst');
select is(public.export_job_rejects(tests.id('acme/job'))::text,
  e'row,fault,\'@risk,city,email,status\r\n'
  || e'2,"email is not an e-mail address; status must be one of new, contacted, responded, qualified, converted, rejected",,,"\'=HYPERLINK(""http://x"")",soon\r\n'
  || e'3,\'@risk is cut off,"\'+4\n5",,\'-1+1,\r\n'
  || e'9,email is not an e-mail address,,"Oslo, ""old"" town",nobody,\r\n',
  'one line a row, a column a field, and no cell that a spreadsheet takes for a formula');
select is(public.call_export(jsonb_build_object('job_id', tests.id('acme/job')), 'export_job_rejects')::text,
  public.export_job_rejects(tests.id('acme/job'))::text, 'it is served as a file');
select throws_ok($$ select public.call_export('{}', 'get_me') $$, 'PT404', 'procedure_not_found', 'as no other procedure is');

select * from finish();
rollback;

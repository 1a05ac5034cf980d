begin;
select plan(13);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch, the "first"');
select tests.create_lead('acme', 'Launch, the "first"', '{"email": "b@x.test", "phone": "+49 30 12345", "last_name": "Two\nLines"}');
select tests.create_lead('acme', 'Launch, the "first"', '{"email": "a@x.test", "first_name": "=1+1", "company": "A, B", "tags": ["x", "y z"], "custom_fields": {"k": "v"}, "status": "contacted"}');
update public.leads set created_at = created_at - interval '1 day', assigned_to = tests.id('acme/sales') where email = 'b@x.test';

select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Launch, the "first"');
update public.leads set data_source_id = tests.id('acme/List') where email = 'b@x.test';
update public.leads set scraping_job_id = tests.id('acme/job') where email = 'a@x.test';

select tests.act_as('acme', 'analyst');
create temporary table lines as select l.line, l.n from regexp_split_to_table(public.export_leads()::text, e'\r\n') with ordinality as l (line, n);
select is(line, 'id,campaign_name,first_name,last_name,email,phone,company,title,website,linkedin_url,city,country,industry,status,priority,score,score_grade,qualification_score,assignee_email,tags,custom_fields,last_contacted_at,responded_at,qualified_at,converted_at,created_at',
  'a header line') from lines where n = 1;
select alike(line, tests.id('acme/a@x.test') || ',"Launch, the ""first""",''=1+1,,a@x.test,,"A, B",%,contacted,medium,%,,,"x, y z","{""k"": ""v""}",%',
  'then the newest lead') from lines where n = 2;
select alike(line, tests.id('acme/b@x.test') || e',%,,"Two\nLines",b@x.test,''+49 30 12345,%,sales@acme.test,,{},%', 'then the next') from lines where n = 3;
select is(line, '', 'and a last line break') from lines where n = 4;
select is(count(*), 4::bigint, 'no other agency''s leads') from lines;

create function pg_temp.emails(csv text) returns text[] language sql as $$
  select array(select m[1] from regexp_matches(csv, '([a-z]@x\.test)', 'g') as m)
$$;
select tests.act_as_postgres();
grant execute on function pg_temp.emails(text) to public;
select tests.act_as('acme', 'analyst');
select is(pg_temp.emails(public.export_leads(status => 'contacted')), '{a@x.test}', 'filtered as the list is');
select is(pg_temp.emails(public.export_leads(assigned_to => tests.id('acme/sales'))), '{b@x.test}', 'by any filter');
select is(pg_temp.emails(public.export_leads(data_source_id => tests.id('acme/List'))), '{b@x.test}', 'by source');
select is(pg_temp.emails(public.export_leads(scraping_job_id => tests.id('acme/job'))), '{a@x.test}', 'by job');
select is(pg_temp.emails(public.export_leads(tag => 'x', search => 'b')), '{a@x.test}', 'or several');
select is(public.export_leads(search => 'nobody')::text, (select line || e'\r\n' from lines where n = 1), 'nothing found is a header alone');
select throws_ok($$ select public.export_leads(status => 'won') $$, 'PT422', 'lead_status_unknown', 'a filter that is none is refused');
select throws_ok($$ select public.export_leads(tests.id('globex')) $$, 'PT404', 'agency_not_found', 'nothing of another agency');

select * from finish();
rollback;

begin;
select plan(17);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List', 'csv', '{"config": {"text": "email"}}');
select tests.create_job('acme', 'job', 'List', 'Spring');

select is((tests.job('acme/job')).status, 'pending', 'a new job waits to be started');
select is(tests.claim_job('anna'), null, 'there is nothing for a worker to do');
select is(tests.move_job('acme/job', 'start'), 'running', 'it is started');
select isnt(tests.claim_job('anna'), null, 'a worker finds its task');
select is(
  tests.begin_job('anna') - 'credentials',
  jsonb_build_object(
    'stop', null,
    'job', jsonb_build_object('id', tests.id('acme/job'), 'agency_id', tests.id('acme'), 'run', 1, 'params', '{}'::jsonb,
      'checkpoint', null, 'campaign_id', tests.id('acme/Spring'), 'rows_read', 0, 'rows_total', null,
      'max_rows', null, 'max_minutes', null),
    'source', jsonb_build_object('id', tests.id('acme/List'), 'agency_id', tests.id('acme'), 'type', 'csv',
      'config', '{"text": "email"}'::jsonb, 'rate_limit', null)
  ), 'the worker is told what to do, and has the inline text');

select is(
  tests.import_batch('anna', tests.people(1, 3), '[]', '{"offset": 3}', 6),
  '{"stop": null, "created": 3, "updated": 0, "duplicate": 0, "rejected": 0}', 'a batch goes in');
select is((tests.job('acme/job')).progress, 50, 'half of the rows are read');
select is((tests.job('acme/job')).checkpoint, '{"offset": 3}', 'and it is known from where to go on');
select is(
  tests.import_batch('anna',
    '[{"row": 4, "values": {"email": "p1@x.test"}},
      {"row": 5, "values": {"email": "p2@x.test", "city": "Oslo"}},
      {"row": 6, "values": {"email": "nobody"}}]', '[{"row": 7, "field": null, "reason": "is cut off"}]', '{"offset": 7}', 6),
  '{"stop": null, "created": 0, "updated": 1, "duplicate": 1, "rejected": 2}', 'each row of the next counts once');
select is((tests.job('acme/job')).progress, 99, 'a total that was too low does not make it complete');
select is(tests.finish_job('anna'), '{"stop": null}', 'the worker is done');

select is((tests.job('acme/job')).status, 'completed', 'the job is completed');
select is(tests.job_counts('acme/job'), '7 read, 3 created, 1 updated, 1 duplicate, 2 rejected', 'its counts add up');
select is((select format('%s %s', j.progress, j.rows_total) from tests.job('acme/job') as j), '100 7', 'all rows are read');
select is(
  (select count(*) from public.leads as l
    where l.data_source_id = tests.id('acme/List') and l.scraping_job_id = tests.id('acme/job')
      and l.campaign_id = tests.id('acme/Spring')), 3::bigint, 'the leads say where they came from');
select is(
  (select s.metrics from public.data_sources as s where s.id = tests.id('acme/List')),
  '{"jobs": 1, "completed": 1, "failed": 0, "cancelled": 0, "leads": 3, "success_rate": 1.0000}',
  'the source counts the job and its leads');
select is(
  (select array_agg(l.message order by l.seq) from public.scraping_job_logs as l where l.job_id = tests.id('acme/job')),
  '{Started.,"Completed: 7 rows read, 3 created, 1 updated, 1 duplicates, 2 rejected."}'::text[], 'the log tells how it went');

select * from finish();
rollback;

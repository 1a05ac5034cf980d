begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_campaign('acme', 'Summer');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.create_job('acme', 'paused', 'List', 'Spring');
select tests.move_job('acme/paused', 'start');
select tests.move_job('acme/paused', 'pause');
select tests.create_job('acme', 'other', 'List', 'Summer');

select tests.act_as('acme', 'researcher');
select public.update_data_source(tests.id('acme/List'), '{"status": "inactive"}');
select throws_ok(format('select public.start_scraping_job(%L)', tests.id('acme/job')),
  'PT409', 'data_source_inactive', 'a source that is switched off is not read');
select throws_ok(format('select public.resume_scraping_job(%L)', tests.id('acme/paused')),
  'PT409', 'data_source_inactive', 'nor read on');
select public.update_data_source(tests.id('acme/List'), '{"status": "active"}');

select tests.act_as('acme', 'owner');
select public.delete_campaign(tests.id('acme/Spring'));
select throws_ok(format('select public.start_scraping_job(%L)', tests.id('acme/job')),
  'PT409', 'campaign_gone', 'a deleted campaign is not filled');
select throws_ok(format('select public.resume_scraping_job(%L)', tests.id('acme/paused')),
  'PT409', 'campaign_gone', 'nor filled on');
select throws_ok(
  format('select public.create_scraping_job(%L, %L)', tests.id('acme/List'), tests.id('acme/Spring')),
  'PT404', 'campaign_not_found', 'nor is a job made for it');

-- While it runs.
select is(tests.move_job('acme/other', 'start'), 'running', 'another campaign is');
select tests.take_job('anna', 'acme/other');
select public.delete_campaign(tests.id('acme/Summer'));
select is(tests.import_batch('anna', tests.people(1, 2)) ->> 'stop', 'failed', 'until it is deleted, too');
select is((select format('%s: %s', j.status, j.error) from tests.job('acme/other') as j),
  'failed: The campaign was deleted, or the agency archived.', 'the job says why');
select results_eq(
  format('select l.action, l.after ->> ''error'' from public.audit_log as l where l.entity_id = %L and l.action = ''job.failed''', tests.id('acme/other')),
  $$ values ('job.failed', 'The campaign was deleted, or the agency archived.') $$, 'and so does the audit log');

select * from finish();
rollback;

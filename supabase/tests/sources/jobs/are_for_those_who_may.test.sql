begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_campaign('globex', 'Autumn');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.watch('acme');

select tests.act_as('acme', 'sales');
select throws_ok(format('select public.start_scraping_job(%L)', tests.id('acme/job')),
  'PT404', 'job_not_found', 'sales does not see jobs');
select throws_ok(format('select public.create_scraping_job(%L, %L)', tests.id('acme/List'), tests.id('acme/Spring')),
  'PT404', 'data_source_not_found', 'nor sources');
select tests.act_as('acme', 'analyst');
select is((public.get_scraping_job(tests.id('acme/job'))).status, 'pending', 'an analyst sees the job');
select throws_ok(format('select public.start_scraping_job(%L)', tests.id('acme/job')),
  'PT403', 'permission_denied', 'and starts none');
select tests.act_as('globex', 'owner');
select throws_ok(format('select public.start_scraping_job(%L)', tests.id('acme/job')),
  'PT404', 'job_not_found', 'another agency sees none');
select tests.is_untouched('acme');

-- Some in both agencies.
select tests.act_as_postgres();
insert into public.memberships (agency_id, user_id)
select tests.id('globex'), tests.id('acme/' || r) from unnest('{researcher,analyst,manager}'::text[]) as r;
insert into public.membership_roles (agency_id, user_id, role)
select tests.id('globex'), tests.id('acme/' || r), there
  from (values ('researcher', 'researcher'), ('analyst', 'researcher'), ('manager', 'analyst')) as v (r, there);
select tests.act_as('acme', r), throws_ok(
    format('select public.create_scraping_job(%L, %L)', tests.id('acme/List'), tests.id('globex/Autumn')), 'PT403', 'permission_denied', says)
  from (values ('analyst', 'who runs jobs in one agency runs none of another''s sources'),
               ('manager', 'nor into another''s campaigns')) as v (r, says);
select tests.act_as('acme', 'researcher');
select throws_ok(format('select public.create_scraping_job(%L, %L)', tests.id('acme/List'), tests.id('globex/Autumn')),
  'PT404', 'campaign_not_found', 'leads of one agency''s source do not go into another''s campaign');
select is((public.start_scraping_job(tests.id('acme/job'))).status, 'running', 'a researcher starts the job');
select is((select a.action from public.audit_log as a where a.agency_id = tests.id('acme') and a.entity = 'job'
            order by a.id desc limit 1), null, 'a researcher reads no audit log');

select * from finish();
rollback;

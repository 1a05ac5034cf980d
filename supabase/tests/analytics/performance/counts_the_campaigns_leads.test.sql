begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch', '{"target_leads": 50}');
select tests.create_campaign('acme', 'Other');
select tests.create_campaign('globex', 'Foreign');
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', s || n || '@x.test', 'status', s))
  from (values ('new', 3), ('contacted', 4), ('responded', 2), ('qualified', 1), ('converted', 2)) as v (s, c), generate_series(1, c) as n;
select tests.create_lead('acme', 'Launch', '{"email": "fallen@x.test", "status": "rejected", "responded_at": "2026-01-01T00:00:00Z"}');
select tests.create_lead('acme', 'Launch', '{"email": "never@x.test", "status": "rejected"}');
select tests.create_lead('acme', 'Launch', '{"email": "deleted@x.test"}');
select tests.create_lead('acme', 'Other', '{"email": "other@x.test"}');
select tests.create_lead('globex', 'Foreign', '{"email": "foreign@x.test"}');
update public.leads set deleted_at = now() where email = 'deleted@x.test';

select tests.act_as('acme', 'analyst');
create temporary table answers as select public.get_campaign_performance(tests.id('acme/Launch')) as answer;
select is(answer - 'totals' - 'last_30_days',
  jsonb_build_object('campaign_id', tests.id('acme/Launch'), 'name', 'Launch', 'status', 'draft', 'target_leads', 50),
  'the campaign itself') from answers;
select is((answer -> 'totals') - '{reached,grades,average_score,conversion_rate,response_rate,qualification_rate}'::text[],
  '{"total": 14, "new": 3, "contacted": 4, "responded": 2, "qualified": 1, "converted": 2, "rejected": 2}', 'leads by status') from answers;
select is(answer -> 'totals' -> 'reached', '{"contacted": 10, "responded": 6, "qualified": 3, "converted": 2}',
  'and by how far they came, rejected ones too') from answers;
select is(answer -> 'totals' -> 'conversion_rate', '0.1429', 'converted of all') from answers;
select is(answer -> 'totals' -> 'response_rate', '0.6000', 'responded or later of contacted or later') from answers;
select is(answer -> 'totals' -> 'qualification_rate', '0.2143', 'qualified or later of all') from answers;
select is((answer -> 'totals' ->> 'average_score')::numeric,
  (select round(avg(score), 2) from public.leads where campaign_id = tests.id('acme/Launch') and deleted_at is null),
  'the average of the scores') from answers;
select is(answer -> 'totals' -> 'grades',
  (select jsonb_object_agg(g, (select count(*) from public.leads where score_grade = g and campaign_id = tests.id('acme/Launch') and deleted_at is null))
     from unnest('{A,B,C,D,F}'::text[]) as g), 'the grades') from answers;
select is(answer -> 'last_30_days', answer -> 'totals', 'all of it came in the last 30 days') from answers;

select throws_ok($$ select public.get_campaign_performance(tests.id('globex/Foreign')) $$, 'PT404', 'campaign_not_found',
  'another agency''s campaign is not found');
select tests.act_as('acme', 'coach');
select throws_ok($$ select public.get_campaign_performance(tests.id('acme/Launch')) $$, 'PT404', 'campaign_not_found', 'nor by who sees none');
select tests.act_as_anon();
select throws_ok($$ select public.get_campaign_performance(tests.id('acme/Launch')) $$, '42501', null, 'nor by anon');

select * from finish();
rollback;

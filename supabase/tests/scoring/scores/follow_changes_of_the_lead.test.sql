begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ann@example.test"}');
select tests.create_lead('acme', 'Spring', '{"email": "bob@example.test"}');

create function pg_temp.lead(name text) returns public.leads language sql as $$
  select tests.lead('acme/' || name || '@example.test')
$$;
-- base 10, an address 6, came in recently 5
select results_eq($$ select l.score, l.score_grade, l.score_model_version from pg_temp.lead('ann') as l $$,
  $$ values (21.0, 'D', 1) $$, 'a new lead is judged');

create temporary table bob as select * from pg_temp.lead('bob');
create temporary table before as select * from pg_temp.lead('ann');
select tests.act_as('acme', 'owner');
select public.update_lead(tests.id('acme/ann@example.test'), '{"title": "CEO", "priority": "high"}');
select tests.act_as_postgres();
select is((pg_temp.lead('ann')).score, 42.0, 'a change is judged at once');
select is((pg_temp.lead('ann')).score_grade, 'C', 'with its grade');
select cmp_ok((pg_temp.lead('ann')).scored_at, '>', (select scored_at from before), 'now');

update public.leads as l set status = 'responded' where l.id = tests.id('acme/ann@example.test');
select is((pg_temp.lead('ann')).score, 50.0, 'the status counts');

create temporary table settled as select * from pg_temp.lead('ann');
update public.leads as l set source_data = '{"file": "a.csv"}', qualification_notes = 'Call on Monday',
  contact = '{"fax": "1"}', assigned_to = tests.id('acme/sales') where l.id = tests.id('acme/ann@example.test');
select is((pg_temp.lead('ann')).scored_at, (select scored_at from settled), 'what no rule can see is not judged again');

update public.leads as l set custom_fields = '{"budget": 5}' where l.id = tests.id('acme/ann@example.test');
select cmp_ok((pg_temp.lead('ann')).scored_at, '>', (select scored_at from settled), 'a custom field is');

update public.leads as l set score = 99, score_grade = 'A', scored_at = scored_at + interval '1 hour'
 where l.id = tests.id('acme/ann@example.test');
select is((pg_temp.lead('ann')).score, 50.0, 'nobody writes a score by hand along with its time');
select cmp_ok((pg_temp.lead('ann')).scored_at, '<=', clock_timestamp(), 'nor the time itself');

insert into public.leads (agency_id, campaign_id, email, score, score_grade, score_log)
values (tests.id('acme'), tests.id('acme/Spring'), 'eve@example.test', 100, 'A', '{10000}');
select is((select l.score from public.leads as l where l.email = 'eve@example.test'), 21.0, 'nor brings one along');

select is((pg_temp.lead('bob')).scored_at, (select scored_at from bob), 'the others were left alone');
select results_eq(
  $$ select s.lead_id, s.score, s.grade, s.scored_at, s.model_version from public.lead_scores as s order by 1 $$,
  $$ select l.id, l.score, l.score_grade, l.scored_at, l.score_model_version from public.leads as l order by 1 $$,
  'the log says what the leads say');

select * from finish();
rollback;

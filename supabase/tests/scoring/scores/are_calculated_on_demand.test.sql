begin;
select plan(16);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ann@example.test"}');
select tests.create_lead('acme', 'Spring', '{"email": "bob@example.test"}');
-- Ten days pass: 5 points for having come in recently fade with a half-life of 30 days.
update public.leads as l set created_at = now() - interval '30 days' where l.email = 'ann@example.test';
update public.leads as l set assigned_to = tests.id('acme/sales') where l.email = 'ann@example.test';
update public.leads as l set created_at = now() - interval '60 days' where l.email = 'bob@example.test';
select count(*) from tests.new_events();
create temporary table before as select * from public.leads;
grant select on before to public;

select tests.act_as('acme', 'owner');
create temporary table answer as select * from public.calculate_lead_score(tests.id('acme/ann@example.test'));
select results_eq($$ select lead_id, score, grade, base, model_version from answer $$,
  $$ values (tests.id('acme/ann@example.test'), 18.5, 'F', 10.0, 1) $$, 'the score as of now');
select cmp_ok((select scored_at from answer), '>', (select scored_at from before where email = 'ann@example.test'), 'now');
select results_eq(
  $$ select (e ->> 'points')::numeric, e ->> 'field' from answer, jsonb_array_elements(contributions) as e $$,
  $$ values (6.0, 'email'), (2.5, 'created_at') $$, 'with what contributed');
select is((select l.scored_at from tests.lead('acme/ann@example.test') as l), (select scored_at from answer), 'the lead says the same');
select is((select l.scored_at from tests.lead('acme/bob@example.test') as l),
  (select scored_at from before where email = 'bob@example.test'), 'the others are left alone');

create temporary table event as select * from tests.new_events();
select results_eq($$ select action, entity_id, actor_id from event $$,
  $$ values ('lead.scored', tests.id('acme/ann@example.test'), tests.id('acme/owner')) $$, 'one event in the audit log');
select ok((select after ? 'scored_at' from event), 'that says what changed');

select tests.act_as('acme', 'sales');
select lives_ok($$ select public.calculate_lead_score(tests.id('acme/ann@example.test')) $$, 'sales may for their own leads');
select throws_ok($$ select public.calculate_lead_score(tests.id('acme/bob@example.test')) $$,
  'PT404', 'lead_not_found', 'others they do not see');
select tests.act_as('acme', 'analyst');
select throws_ok($$ select public.calculate_lead_score(tests.id('acme/ann@example.test')) $$,
  'PT403', 'permission_denied', 'analysts only read');

select tests.act_as_postgres();
select tests.watch('acme');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.calculate_lead_score(tests.id('acme/ann@example.test')) $$,
  'PT404', 'lead_not_found', 'another agency''s owner sees none');
select tests.act_as_anon();
select throws_ok($$ select public.calculate_lead_score(tests.id('acme/ann@example.test')) $$, '42501', null, 'nor does anybody unknown');
select tests.act_as('acme', 'owner');
select throws_ok($$ select public.calculate_lead_score(gen_random_uuid()) $$, 'PT404', 'lead_not_found', 'a lead that is not');
select throws_ok($$ update public.leads set score = 100 $$, '42501', null, 'scores are not written');
select throws_ok($$ update public.scoring_rules set points = 100 $$, '42501', null, 'nor are rules');
select tests.act_as_postgres();
select tests.is_untouched('acme');

select * from finish();
rollback;

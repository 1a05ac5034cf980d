begin;
select plan(25);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "mine@x.test"}');
select tests.create_lead('acme', 'Launch', '{"email": "other@x.test"}');
update public.leads set assigned_to = tests.id('acme/sales') where email = 'mine@x.test';
select tests.watch('globex');
select tests.new_events();

select tests.act_as('acme', 'sales');
select results_eq(
  $$ select agency_id, lead_id, type, occurred_at, payload, actor_id from public.record_lead_activity(
       tests.id('acme/mine@x.test'), 'call', '2026-01-01Z', '{"minutes": 5}') $$,
  $$ values (tests.id('acme'), tests.id('acme/mine@x.test'), 'call', '2026-01-01Z'::timestamptz, '{"minutes": 5}'::jsonb, tests.id('acme/sales')) $$,
  'what happened is kept, with who did it');
select results_eq($$ select action, entity_id, after ->> 'type' from tests.new_events() $$,
  $$ values ('lead.activity_recorded', tests.id('acme/mine@x.test'), 'call') $$, 'one audit event tells of it');
select is((public.record_lead_activity(tests.id('acme/mine@x.test'), 'note')).occurred_at, now(), 'without a time it is now');
select lives_ok(format('select public.record_lead_activity(tests.id(%L), %L)', 'acme/mine@x.test', t), format('%s is a type', t))
  from unnest('{email_sent,email_opened,email_clicked,email_bounced,replied,meeting,form_submitted,page_visited}'::text[]) as t;

select throws_ok(format('select public.record_lead_activity(tests.id(%L), %L)', 'acme/mine@x.test', t), 'PT422', 'activity_type_reserved',
  format('%s is the system''s', t)) from unnest('{status_changed,assigned,scored}'::text[]) as t;
select throws_like($$ select public.record_lead_activity(tests.id('acme/mine@x.test'), 'dance') $$, '%lead_activities_type_is_known%', 'dance is none');
select throws_like($$ select public.record_lead_activity(tests.id('acme/mine@x.test'), 'note', payload => '[]') $$,
  '%lead_activities_payload_is_an_object%', 'a payload is an object');
select throws_ok($$ select public.record_lead_activity(tests.id('acme/mine@x.test'), 'call', now() + interval '2 minutes') $$,
  'PT422', 'activity_in_the_future', 'what is to come has not happened');
select throws_ok($$ select public.record_lead_activity(tests.id('acme/other@x.test'), 'call') $$, 'PT404', 'lead_not_found',
  'nothing about a lead one does not see');
select tests.act_as('acme', 'analyst');
select throws_ok($$ select public.record_lead_activity(tests.id('acme/mine@x.test'), 'call') $$, 'PT403', 'permission_denied', 'or may not change');
select throws_ok($$ insert into public.lead_activities (agency_id, lead_id, type) values (tests.id('acme'), tests.id('acme/mine@x.test'), 'call') $$,
  '42501', null, 'nor past the procedure');
select throws_ok($$ delete from public.lead_activities $$, '42501', null, 'nobody removes one');

select tests.act_as_postgres();
select throws_ok($$ update public.lead_activities set type = 'call' $$, 'PT405', 'append_only', 'and nothing is changed afterwards, whoever asks');
select is_empty($$ select from public.lead_activities where lead_id = tests.id('acme/other@x.test') $$, 'no other lead has any');
select is((tests.lead('acme/mine@x.test')).edited_fields, '{email}', 'an activity is no edit');
select tests.is_untouched('globex');

select * from finish();
rollback;

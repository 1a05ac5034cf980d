-- No procedure erases an agency; its owner's hand does, and takes everything but the log along.
begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Client');
select tests.create_campaign('acme', 'Launch', (select jsonb_build_object('client_id', id) from public.clients));
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test", "status": "contacted"}');
update public.leads set assigned_to = tests.id('acme/sales');
insert into public.lead_activities (agency_id, lead_id, type) select agency_id, id, 'call' from public.leads;
select tests.watch('globex');
create temporary table log as select count(*) as events from public.audit_log;

select lives_ok($$ delete from public.agencies where id = tests.id('acme') $$, 'an agency with everything in it goes');
select is_empty(
  $$ select agency_id from public.leads union all select agency_id from public.clients union all select agency_id from public.lead_activities
     union all select agency_id from public.memberships where agency_id = tests.id('acme')
     union all select agency_id from public.campaigns $$, 'with all its rows');
select is((select count(*) from public.audit_log), events, 'the log stays as it was') from log;
select tests.is_untouched('globex');

select * from finish();
rollback;

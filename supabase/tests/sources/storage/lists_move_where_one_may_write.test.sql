begin;
select plan(2);

select tests.create_agency('acme'), tests.create_agency('globex');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/researcher'));
insert into public.membership_roles (agency_id, user_id, role) values (tests.id('globex'), tests.id('acme/researcher'), 'analyst');
insert into storage.objects (bucket_id, name) values ('imports', tests.id('acme') || '/leads.csv');

select tests.act_as('acme', 'researcher');
select throws_ok(format('update storage.objects set name = %L', tests.id('globex') || '/leads.csv'), '42501', null,
  'a list is not moved to an agency in which one only reads');
select lives_ok(format('update storage.objects set name = %L', tests.id('acme') || '/old/leads.csv'), 'but within one''s own');

select * from finish();
rollback;

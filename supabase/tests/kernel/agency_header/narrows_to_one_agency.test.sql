-- X-Agency-Id says which agency a request is about, in procedures and in direct reads.
begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/owner'));
insert into public.membership_roles values (tests.id('globex'), tests.id('acme/owner'), 'manager');
select tests.create_campaign('acme', 'At Acme');
select tests.create_campaign('globex', 'At Globex');
select tests.create_lead('acme', 'At Acme', '{"email": "a@x.test"}');
select tests.create_lead('globex', 'At Globex', '{"email": "g@x.test"}');

select tests.act_as_user(tests.id('acme/owner'));
select bag_eq($$ select name from public.campaigns $$, $$ values ('At Acme'), ('At Globex') $$,
  'without it all of one''s agencies are in sight');
select is(jsonb_path_query_array(public.list_campaigns(), '$.items[*].name'), '["At Acme"]', 'and the active one is meant');

select tests.act_as_user(tests.id('acme/owner'), tests.id('globex'));
select results_eq($$ select name from public.campaigns $$, $$ values ('At Globex') $$, 'with it just that one''s rows');
select results_eq($$ select slug from public.agencies $$, $$ values ('globex') $$, 'of every table');
select is(jsonb_path_query_array(public.list_campaigns(), '$.items[*].name'), '["At Globex"]', 'it is the one meant');
select is(public.my_permissions() -> 'roles', '["manager"]', 'with the roles held there');
select is(public.get_me() -> 'roles', '["manager"]', 'in get_me too');
select throws_ok($$ select public.get_lead(tests.id('acme/a@x.test')) $$, 'PT404', 'lead_not_found',
  'an id of another one is not found');
select throws_ok($$ select public.get_agency(tests.id('acme')) $$, 'PT404', 'agency_not_found', 'nor is that agency');
select lives_ok($$ select public.create_campaign('Second') $$, 'a write goes there');
select tests.act_as_postgres();
select is(count(*), 2::bigint, 'and nowhere else') from public.campaigns where agency_id = tests.id('globex');

select * from finish();
rollback;

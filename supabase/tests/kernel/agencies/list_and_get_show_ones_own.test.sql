begin;
select plan(8);

select tests.create_agency('globex');
select tests.create_agency('acme');
select tests.create_agency('initech');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/sales'));
insert into public.memberships (agency_id, user_id, status) values (tests.id('initech'), tests.id('acme/sales'), 'suspended');
update public.agencies set archived_at = now() where slug = 'globex';

select tests.act_as('acme', 'sales');
select is(jsonb_path_query_array(public.list_agencies(), '$.items[*].slug'), '["acme", "globex"]',
  'a member lists their agencies by name, archived ones too, without those they are suspended from');
select is(public.list_agencies() -> 'total', '2', 'and their number');
select is((public.get_agency(tests.id('globex'))).slug, 'globex', 'each can be read, even without any role');
select throws_ok($$ select public.get_agency(tests.id('initech')) $$, 'PT404', 'agency_not_found',
  'a suspended member finds the agency no more');
select throws_ok($$ select public.get_agency(gen_random_uuid()) $$, 'PT404', 'agency_not_found', 'nor does it exist');

select tests.act_as('initech', 'owner');
select throws_ok($$ select public.get_agency(tests.id('acme')) $$, 'PT404', 'agency_not_found', 'an outsider finds none');

select tests.act_as_postgres();
select tests.create_user('new@example.test');
select tests.act_as_user(tests.id('new@example.test'));
select is(public.list_agencies(), '{"items": [], "total": 0}', 'who belongs to none lists none');

select tests.act_as_service();
select is(public.list_agencies() -> 'total', '3', 'the secret key lists all');

select * from finish();
rollback;

begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/owner'));
insert into public.membership_roles values (tests.id('globex'), tests.id('acme/owner'), 'sales');

select tests.act_as('acme', 'owner');
select is(private.agencies_with('agency.manage'), array[tests.id('acme')], 'a permission holds where a role gives it');
select bag_eq($$ select unnest(private.agencies_with('agency.manage', 'leads.read_assigned')) $$,
  $$ values (tests.id('acme')), (tests.id('globex')) $$, 'any of several will do');
select bag_eq($$ select unnest(private.my_agencies()) $$, $$ values (tests.id('acme')), (tests.id('globex')) $$,
  'one belongs to both');

select tests.act_as_postgres();
update public.agencies set archived_at = now() where slug = 'globex';
select tests.act_as('acme', 'owner');
select is(private.agencies_with('leads.read_assigned'), array[tests.id('acme')], 'none holds in an archived agency');

select tests.act_as_postgres();
update public.memberships set status = 'suspended' where agency_id = tests.id('acme') and user_id = tests.id('acme/owner');
select tests.act_as('acme', 'owner');
select is(private.agencies_with('agency.manage', 'leads.read_assigned'), '{}', 'nor for a suspended member');
select is(private.my_agencies(), array[tests.id('globex')], 'who belongs no more');

select tests.act_as_service();
select is(cardinality(private.agencies_with('leads.read')), 2, 'the secret key holds every one everywhere');
select tests.act_as('acme', 'owner'), set_config('role', 'service_role', true);
select is(private.agencies_with('agency.manage'), '{}', 'a user no more than their own, whatever role the token says');
select tests.act_as_user(gen_random_uuid());
select is(private.my_agencies() || private.agencies_with('leads.read'), '{}', 'an unknown user none');

select * from finish();
rollback;

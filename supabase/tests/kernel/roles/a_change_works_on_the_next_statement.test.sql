-- Of the same session, with the same token: nothing is read from claims.
begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');

select tests.act_as('acme', 'sales');
select is_empty($$ select from public.leads $$, 'sales sees no lead of others');
select throws_ok($$ select public.create_campaign('Mine') $$, 'PT403', 'permission_denied', 'and makes no campaign');

select tests.act_as_postgres();
update public.membership_roles set role = 'manager' where user_id = tests.id('acme/sales');
select tests.act_as('acme', 'sales');
select isnt_empty($$ select from public.leads $$, 'as a manager they see it');
select lives_ok($$ select public.create_campaign('Mine') $$, 'and may');

select tests.act_as_postgres();
update public.memberships set status = 'suspended' where user_id = tests.id('acme/sales');
select tests.act_as('acme', 'sales');
select is_empty($$ select from public.leads union all select from public.campaigns $$, 'suspended they see nothing');
select throws_ok($$ select public.list_leads() $$, 'PT404', 'agency_not_found', 'and find no agency');
select is(public.get_me() -> 'agencies' -> 0 ->> 'status', 'suspended', 'they can learn why');
select is(public.get_me() -> 'permissions', '[]', 'with no permission left');

select tests.act_as_postgres();
delete from public.memberships where user_id = tests.id('acme/sales');
select tests.act_as('acme', 'sales');
select is_empty($$ select from public.leads union all select from public.agencies $$, 'removed they see nothing');
select is(public.get_me() -> 'agencies', '[]', 'and belong to none');

-- What a token says about roles is nobody's business.
select set_config('request.jwt.claims', jsonb_build_object('sub', tests.id('acme/sales'), 'role', 'authenticated',
  'user_metadata', '{"role": "owner"}'::jsonb, 'app_metadata', jsonb_build_object('agency_id', tests.id('acme'), 'role', 'owner'))::text, true);
select is_empty($$ select from public.leads union all select from public.agencies $$, 'claims give nothing');

select * from finish();
rollback;

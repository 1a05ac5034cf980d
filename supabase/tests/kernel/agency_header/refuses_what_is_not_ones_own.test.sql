begin;
select plan(8);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'At Acme');
select tests.watch('globex');

select tests.act_as_user(tests.id('acme/owner'), tests.id('globex'));
select is_empty($$ select from public.campaigns union all select from public.agencies $$,
  'an agency one does not belong to shows nothing, not even one''s own');
select throws_ok($$ select public.list_campaigns() $$, 'PT404', 'agency_not_found', 'and is not found');
select throws_ok($$ select public.create_campaign('Mine') $$, 'PT404', 'agency_not_found', 'nor written to');
select throws_ok($$ select public.create_campaign('Mine', '{}', tests.id('acme')) $$, 'PT404', 'agency_not_found',
  'an argument does not get past the header');
select is(public.get_me() -> 'permissions', '[]', 'nothing is held there');

select tests.act_as_user(tests.id('acme/owner'), gen_random_uuid());
select throws_ok($$ select public.list_campaigns() $$, 'PT404', 'agency_not_found', 'one that does not exist is answered alike');

select tests.act_as_service();
select set_config('request.headers', jsonb_build_object('x-agency-id', tests.id('acme'))::text, true);
select results_eq($$ select a ->> 'slug' from jsonb_array_elements(public.list_campaigns() -> 'items') as i,
    to_jsonb(public.get_agency((i ->> 'agency_id')::uuid)) as a $$,
  $$ values ('acme') $$, 'the secret key works in the agency it names');

select tests.act_as_postgres();
select tests.is_untouched('globex');

select * from finish();
rollback;

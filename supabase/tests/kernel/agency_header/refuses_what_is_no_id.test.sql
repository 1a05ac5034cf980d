begin;
select plan(7);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'At Acme');
select tests.act_as('acme', 'owner');

select set_config('request.headers', '{"x-agency-id": "acme"}', true);
select throws_ok($$ select public.list_campaigns() $$, 'PT400', 'agency_header_invalid', 'a header that is no id is refused');
select throws_ok($$ select count(*) from public.campaigns $$, 'PT400', 'agency_header_invalid', 'in direct reads too');
select throws_ok($$ select public.create_campaign('Mine') $$, 'PT400', 'agency_header_invalid', 'and in writes');

select set_config('request.headers', '{"x-agency-id": ""}', true);
select is(public.list_campaigns() -> 'total', '1', 'an empty one is none');
select set_config('request.headers', '{"accept": "application/json"}', true);
select is(public.list_campaigns() -> 'total', '1', 'others do not matter');
select set_config('request.headers', '', true);
select is(public.list_campaigns() -> 'total', '1', 'outside of a request there are none');
select set_config('request.headers', jsonb_build_object('x-agency-id', upper(tests.id('acme')::text))::text, true);
select is(public.list_campaigns() -> 'total', '1', 'an id may be written in capitals');

select * from finish();
rollback;

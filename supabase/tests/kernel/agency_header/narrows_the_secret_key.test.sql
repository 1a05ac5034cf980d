begin;
select plan(3);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.act_as_service();
select ok(private.agencies_with('leads.read') @> array[tests.id('acme'), tests.id('globex')], 'the secret key holds everything everywhere');
select set_config('request.headers', jsonb_build_object('x-agency-id', tests.id('acme'))::text, true);
select is(private.agencies_with('leads.read'), array[tests.id('acme')], 'but in one agency alone where the request names one');
select is(private.my_agencies(), array[tests.id('acme')], 'of which it is');

select * from finish();
rollback;

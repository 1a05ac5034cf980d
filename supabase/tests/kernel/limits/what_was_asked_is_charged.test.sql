begin;
select plan(5);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.act_as_postgres();
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/owner'));
update public.profiles set active_agency_id = tests.id('acme') where id = tests.id('acme/owner');
select tests.act_as_user(tests.id('acme/owner'));
select is(tests.says('switch_agency', jsonb_build_object('agency_id', tests.id('globex'))), '200', 'a call that changes whose it is');
select tests.act_as_postgres();
select set_eq($$ select kind, subject from private.rate_counters $$,
  $$ values ('agency', tests.id('acme')::text), ('user', tests.id('acme/owner')::text) $$, 'counts against what it began with');

-- Where several are used up, no sooner than the last of them lets the next call pass.
update private.rate_limits set quota = 1, period = case kind when 'user' then interval '2 hours' else '1 hour' end
 where class = 'read';
select tests.act_as('acme', 'owner');
select is(tests.says('get_me', '{}', 'read'), '200', 'the last of both limits');
create temporary table told as select c.headers from tests.call('get_me', '{}', 'read') as c;
select is(t.headers ->> 'RateLimit-Policy', '"read-user";q=1;w=7200', 'is told by the longer one') from told as t;
select ok((t.headers ->> 'Retry-After')::integer between 7100 and 7200, 'with its time') from told as t;

select * from finish();
rollback;

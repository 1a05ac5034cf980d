begin;
select plan(22);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.set_limit(c, 'user', 2), tests.set_limit(c, 'agency', 3) from unnest('{write,read}'::text[]) as c;
create temporary table keys as select tests.create_key('acme', '{members.read}') as secret;
grant select on keys to public;

select tests.act_as('acme', 'owner');
select is(tests.says('get_me'), '200', 'the first');
select is(tests.says('get_me'), '200', 'and second of two pass');
select is((select c.headers from tests.call('get_me') as c) ?& '{Retry-After,RateLimit,RateLimit-Policy}', true, 'the third is told when to come back');
select is(tests.says('get_me'), '429 rate_limited', 'and refused');
select is(tests.says('get_me', '{}', 'read'), '200', 'each class counts apart');
select tests.act_as('acme', 'admin');
select is((select c.headers from tests.call('get_me') as c),
  '{"RateLimit": "\"write-agency\";r=0;t=1200", "RateLimit-Policy": "\"write-agency\";q=3;w=3600"}', 'the headers tell of the tightest');
select is(tests.says('get_me'), '429 rate_limited', 'the agency''s share is used up for another member');
select tests.act_as_key(secret) from keys;
select is(tests.says('list_members'), '429 rate_limited', 'and for a key of the agency');
select tests.act_as('globex', 'owner');
select is(tests.says('get_me'), '200', 'another agency''s is its own');

-- Whoever is no member of an agency cannot use up its share by naming it.
select tests.act_as('globex', 'admin');
select tests.with_header('x-agency-id', tests.id('acme')::text);
select is(tests.says('get_me', '{}', 'read'), '200', 'an outsider names the agency');
select is(tests.says('get_me', '{}', 'read'), '200', 'again');
select tests.act_as_postgres();
update public.memberships set status = 'suspended' where user_id = tests.id('acme/sales');
select tests.act_as('acme', 'sales');
select is(tests.says('get_me', '{}', 'read'), '200', 'and so does who is suspended');
select tests.act_as('acme', 'admin');
select is(tests.says('get_me', '{}', 'read'), '200', 'its members do not notice');
select is(tests.says('get_me', '{}', 'read'), '200', 'at all');

select tests.set_limit('read', 'api_key', 1), tests.set_limit('read', 'agency', 99);
select tests.act_as_postgres();
delete from private.rate_counters;
select tests.act_as_key(secret) from keys;
select is(tests.says('list_members', '{}', 'read'), '200', 'a key has a limit of its own');
select is(tests.says('list_members', '{}', 'read'), '429 rate_limited', 'which ends');

select tests.set_limit('anonymous', 'ip', 1);
select tests.act_as_anon();
select tests.with_header('x-forwarded-for', '203.0.113.7, 10.0.0.1');
select is(tests.says('check_readiness', '{}', 'anonymous'), '200', 'before sign-in the address counts');
select is(tests.says('check_readiness', '{}', 'anonymous'), '429 rate_limited', 'and its limit ends');
select tests.with_header('x-forwarded-for', '203.0.113.8');
select is(tests.says('check_readiness', '{}', 'anonymous'), '200', 'another address is another');
select is(tests.says('check_readiness', '{}', 'platinum'), '422 rate_class_unknown', 'there is no class of that name');

select tests.act_as_service();
select is(array(select tests.says('list_agencies', '{}', 'anonymous') from generate_series(1, 5)), array_fill('200'::text, '{5}'), 'the secret key has no limit');
select is((select c.headers from tests.call('list_agencies') as c), null, 'and no headers');

select * from finish();
rollback;

begin;
select plan(7);

select tests.create_agency('acme');
select tests.set_limit('write', 'user', 3), tests.set_limit('write', 'ip', 2);
select tests.act_as('acme', 'owner');
select is(tests.says('get_me', '{}', 'write', 'key'), '200', 'a call');
select is(tests.says('get_me', '{}', 'write', 'key'), '200', 'its repetition');
select is(tests.says('list_roles', '{}', 'write', 'key'), '422 idempotency_key_reused', 'a bad one');
select is(tests.says('get_me', '{}', 'write', 'key'), '429 rate_limited', 'were three');
select tests.act_as_key('blk_guess');
select is(tests.says('list_members'), '401 api_key_invalid', 'guessing keys');
select is(tests.says('list_members'), '401 api_key_invalid', 'costs as well');
select is(tests.says('list_members'), '429 rate_limited', 'and ends');

select * from finish();
rollback;

begin;
select plan(9);

select set_eq($$ select class || ' ' || kind || ' ' || quota || ' ' || period from private.rate_limits $$,
  array(select c.class || ' ' || k.kind || ' '
          || case k.kind when 'agency' then c.quota * 10 when 'ip' then least(c.quota, 10) else c.quota end || ' 00:01:00'
          from (values ('auth', 5), ('write', 100), ('read', 200), ('intensive', 10), ('anonymous', 10)) as c (class, quota)
         cross join (values ('user'), ('api_key'), ('ip'), ('agency')) as k (kind)), 'the limits as shipped, the agency''s ten times a member''s');

select tests.create_agency('acme');
select tests.set_limit('write', 'user', 2);
select tests.act_as('acme', 'owner');
select is(tests.says('get_me'), '200', 'one of two');
select tests.set_limit('write', 'user', 4);
select is(array(select tests.says('get_me') from generate_series(1, 3)), '{200,200,429 rate_limited}',
  'a raised limit works at once; half of it is used, as of the old one');
select tests.set_limit('write', 'user', 1);
select is(tests.says('get_me'), '429 rate_limited', 'a lowered one as well');
select tests.act_as_postgres();
delete from private.rate_limits where class = 'write' and kind = 'user';
select tests.act_as('acme', 'owner');
select is(tests.says('get_me'), '200', 'a limit taken away limits nothing');

select tests.act_as_postgres();
select throws_like($$ update private.rate_limits set quota = 0 $$, '%rate_limits_quota_is_positive%', 'a limit lets something pass');
select throws_like($$ insert into private.rate_limits values ('write', 'planet', 1, '1 hour') $$, '%rate_limits_kind_is_known%', 'and counts what is known');
select is_empty($$
  select r, t from unnest('{anon,authenticated}'::text[]) as r, unnest('{rate_limits,rate_counters,idempotency_keys}'::text[]) as t
   where has_any_column_privilege(r, 'private.' || t, 'select, insert, update') $$, 'users neither see nor change them');
select is_empty($$
  select t from unnest('{rate_limits,rate_counters,idempotency_keys}'::text[]) as t
   where has_any_column_privilege('service_role', 'private.' || t, 'insert, update') $$, 'nor does the secret key change them');

select * from finish();
rollback;

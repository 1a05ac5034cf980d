begin;
select plan(3);

select tests.create_agency('acme');
select tests.set_limit('write', 'user', 1);
-- What is taken from a sequence is not given back with what is taken back.
create sequence public.begun;
create function public.begin_work() returns bigint language sql volatile security definer as $$ select nextval('public.begun') $$;
grant execute on function public.begin_work() to authenticated;

select tests.act_as('acme', 'owner');
select is(tests.says('begin_work'), '200', 'the one that is left');
select is(tests.says('begin_work'), '429 rate_limited', 'the next is refused');
select tests.act_as_postgres();
select is(last_value, 1::bigint, 'before it has begun') from public.begun;

select * from finish();
rollback;

begin;
select plan(4);

select tests.create_agency('acme');
select tests.act_as('acme', 'owner');
create function pg_temp.held() returns bigint language sql volatile as
  $$ select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() $$;
create temporary table before as select pg_temp.held() as held;

select is(tests.says('get_me', '{}', 'read', 'one'), '200', 'while a call under a key is not committed');
select is(pg_temp.held() - held, 1::bigint, 'the key is held against another session''s') from before;
select is(tests.says('get_me', '{}', 'read', 'two'), '200', 'another key');
select is(pg_temp.held() - held, 2::bigint, 'is another lock') from before;

select * from finish();
rollback;

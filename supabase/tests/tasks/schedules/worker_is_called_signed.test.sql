begin;
select plan(5);

-- Stands in for the vault and pg_net, which only hosted has.
create schema vault;
create table vault.decrypted_secrets (name text, decrypted_secret text);
create schema net;
create table net.calls (url text, body jsonb, headers jsonb);
create function net.http_post(url text, body jsonb, params jsonb default '{}', headers jsonb default '{}',
  timeout_milliseconds integer default 1000)
returns bigint language sql as $$
  insert into net.calls values (http_post.url, http_post.body, http_post.headers) returning 1;
$$;

select is(private.call_worker(), false, 'nobody is called while the vault says nothing');
insert into vault.decrypted_secrets values ('backline_worker_url', 'https://worker.example.test');
select is(private.call_worker(), false, 'nor without a secret to sign with');
select is_empty('select from net.calls', 'and nothing went out');

insert into vault.decrypted_secrets values ('backline_worker_cron_secret', 'a secret'), ('other', 'x');
select is(private.call_worker(), true, 'with both it is called');
select results_eq(
  $$ select c.url, c.headers ->> 'X-Backline-Signature' from net.calls as c $$,
  $$ select 'https://worker.example.test', encode(extensions.hmac(
       (c.headers ->> 'X-Backline-Timestamp') || '.' || c.body::text, 'a secret', 'sha256'), 'hex')
       from net.calls as c $$,
  'once, and signed over the moment and the body');

select * from finish();
rollback;

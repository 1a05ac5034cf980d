begin;
select plan(7);

-- Hosted, the owner of the migrations owns nothing in these schemas; the local stack refuses alike.
select lives_ok($$ create policy probe on storage.objects for select to authenticated using (false) $$,
  'postgres writes policies on storage.objects');
select lives_ok($$ drop policy probe on storage.objects $$, 'and drops them');
select throws_ok($$ create table storage.mine (id int) $$, '42501', null, 'it makes no table in storage');
select throws_ok($$ create function realtime.mine() returns int language sql return 1 $$, '42501', null,
  'nor a function in realtime');
select throws_ok($$ alter table storage.objects add column mine int $$, '42501', null, 'it changes no table');
select throws_ok($$ drop table storage.objects $$, '42501', null, 'it drops none');
select throws_ok($$ delete from storage.objects $$, '42501', null, 'rows of files are deleted by the Storage API alone');

select * from finish();
rollback;

begin;
select plan(3);

select tests.create_agency('acme');
insert into storage.objects (bucket_id, name) values ('imports', tests.id('acme') || '/leads.csv');

-- No row to change is no error: an error would be the check of what has been changed, one step too late.
select tests.act_as('acme', 'analyst');
select lives_ok($$ update storage.objects set owner_id = 'me' $$, 'a reader of data sources finds no list to replace');
select set_config('storage.allow_delete_query', 'true', true);
select lives_ok('delete from storage.objects', 'nor one to delete');
select tests.act_as_postgres();
select results_eq('select o.owner_id from storage.objects as o', array[null::text], 'so that the list is as it was');

select * from finish();
rollback;

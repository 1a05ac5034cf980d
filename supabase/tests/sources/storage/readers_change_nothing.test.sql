begin;
select plan(2);

select tests.create_agency('acme');
insert into storage.objects (bucket_id, name) values ('imports', tests.id('acme') || '/leads.csv');

-- No row to change is no error: an error would be the check of what has been changed, one step too late.
select tests.act_as('acme', 'analyst');
select lives_ok($$ update storage.objects set owner_id = 'me' $$, 'a reader of data sources finds no list to replace');
select tests.act_as_postgres();
select is((select o.owner_id from storage.objects as o where o.bucket_id = 'imports'), null, 'and replaces none');

select * from finish();
rollback;

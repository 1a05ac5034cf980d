begin;
select plan(5);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.watch('acme');

select tests.act_as('acme', 'admin');
select throws_ok($$ select public.archive_agency(tests.id('acme')) $$, 'PT403', 'permission_denied', 'an admin does not');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.archive_agency(tests.id('acme')) $$, 'PT404', 'agency_not_found',
  'the owner of another agency does not learn that this one exists');
select throws_ok($$ select public.archive_agency(gen_random_uuid()) $$, 'PT404', 'agency_not_found',
  'one that does not exist is answered alike');
select throws_ok($$ select public.archive_agency(null) $$, 'PT404', 'agency_not_found', 'and so is none');
select tests.act_as_postgres();
select tests.is_untouched('acme');

select * from finish();
rollback;

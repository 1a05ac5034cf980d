begin;
select plan(6);

select tests.create_agency('acme');
select tests.watch('acme');
select tests.act_as('acme', 'researcher');
select throws_ok(format($$ select public.create_data_source('api', 'Fair', '{"%s": null}') $$, field), 'PT422', 'unknown_field', says)
  from (values ('text_bytes', 'figures are not said'), ('agency_id', 'nor whose it is'), ('has_credentials', 'nor whether it has credentials'),
               ('name', 'the name is an argument of its own')) as v (field, says);
select throws_ok($$ select public.create_data_source('api', 'Fair', '[]') $$, 'PT422', 'not_an_object', 'fields come as an object');

select tests.act_as_postgres();
select tests.is_untouched('acme');

select * from finish();
rollback;

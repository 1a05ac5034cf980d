begin;
select plan(7);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'One');
select tests.create_campaign('acme', 'Two');
select tests.create_campaign('globex', 'One');
select tests.create_lead('acme', 'One', '{"email": "ada@x.test"}');
select tests.new_events();

select tests.act_as('acme', 'manager');
select throws_ok($$ select public.create_lead(tests.id('acme/Two'), '{"email": " ADA@x.test", "phone": "12345"}') $$,
  'PT409', 'lead_exists', 'the same address is the same lead, in another campaign too');
select lives_ok($$ select public.create_lead(tests.id('acme/Two'), '{"phone": "12345"}') $$, 'another identity is another lead');
select is(count(*), 1::bigint, 'the refused one left no event') from tests.new_events();

select tests.act_as('globex', 'manager');
select lives_ok($$ select public.create_lead(tests.id('globex/One'), '{"email": "ada@x.test"}') $$, 'another agency may have it as well');

select tests.act_as('acme', 'manager');
select public.delete_lead(tests.id('acme/ada@x.test'));
select lives_ok($$ select public.create_lead(tests.id('acme/Two'), '{"email": "ada@x.test"}') $$, 'a deleted lead does not count');
select throws_ok($$ select public.restore_lead(tests.id('acme/ada@x.test')) $$, 'PT409', 'lead_exists', 'and cannot come back beside it');
select tests.act_as_postgres();
select throws_like($$ update public.leads set deleted_at = null where id = tests.id('acme/ada@x.test') $$,
  '%leads_agency_id_dedupe_key_idx%', 'an index sees to it');

select * from finish();
rollback;

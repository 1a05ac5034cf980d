begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.act_as('acme', 'researcher');
create temporary table made as
  select s.* from public.create_data_source('csv', 'List', '{"config": {"text": "email\nzoë@x.test\n", "delimiter": ";"}}') as s;
grant select on made to public;
select is((select config from made), '{"delimiter": ";"}', 'a text is not part of the config that is shown');
select is((select text_bytes from made), 18, 'its size is, in bytes');
select is((public.update_data_source((select id from made), (select jsonb_build_object('config', config || '{"delimiter": ","}') from made))).text_bytes, 18,
  'a config that was read and is written back leaves it');
select tests.act_as_service();
select is(public.get_data_source_secrets((select id from made)) -> 'config', '{"text": "email\nzoë@x.test\n", "delimiter": ","}', 'a worker gets both');
select tests.act_as('acme', 'researcher');
select is((public.update_data_source((select id from made), '{"config": {"text": "email"}}')).text_bytes, 5, 'another text takes its place');
select is((public.update_data_source((select id from made),
    jsonb_build_object('config', jsonb_build_object('path', tests.id('acme') || '/list.csv')))).text_bytes, null, 'a path does away with it');
select throws_ok(format($$ select public.update_data_source(%L, '{"config": {"path": "%s/list.csv"}}') $$, (select id from made), tests.id('globex')),
  '23514', null, 'a path into another agency''s files is refused');
select throws_ok($$ select public.create_data_source('csv', 'Large', jsonb_build_object('config', jsonb_build_object('text', repeat('x', 1048577)))) $$,
  'PT422', 'text_too_large', 'a text has 1 MB at most');
select lives_ok($$ select public.create_data_source('csv', 'Large', jsonb_build_object('config', jsonb_build_object('text', repeat('x', 1048576)))) $$,
  'and may have so much');
select throws_ok($$ select public.create_data_source('api', 'Fair', '{"config": {"text": "email"}}') $$,
  'PT422', 'unknown_field', 'only a csv has one');
select tests.act_as_postgres();
select is((select count(*) from private.data_source_texts), 1::bigint, 'what was done away with is gone');

select * from finish();
rollback;

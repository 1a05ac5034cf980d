begin;
select plan(9);

select tests.create_agency('globex');
select tests.create_user('ada@example.test');
select tests.watch('globex');
select tests.act_as_user(tests.id('ada@example.test'));

select throws_ok($$ select public.create_agency('Mine', 'globex') $$,
  'PT409', 'agency_slug_taken', 'a chosen slug that is taken is refused, not changed');
select throws_like(format($$ select public.create_agency('Mine', %L) $$, slug), '%agencies_slug_is_url_safe%',
  format('the slug %L is not safe in a URL', slug))
  from unnest(array['Upper', 'two words', 'ends-', '-begins', repeat('x', 64)]) as slug;
select throws_like($$ select public.create_agency('   ') $$, '%agencies_name_has_1_to_120_characters%',
  'an agency has a name');

select is(jsonb_array_length(public.get_me() -> 'agencies'), 0, 'nothing is left of any attempt');
select tests.act_as_postgres();
select tests.is_untouched('globex');

select * from finish();
rollback;

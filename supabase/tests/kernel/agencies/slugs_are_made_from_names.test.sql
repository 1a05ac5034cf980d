begin;
select plan(9);

select tests.create_user('ada@example.test');
select tests.act_as_user(tests.id('ada@example.test'));

select is((public.create_agency(name)).slug, slug, format('%L becomes %L', name, slug))
  from (values
    ('Acme', 'acme'),
    ('  Big & Söhne -- GmbH. ', 'big-s-hne-gmbh'),
    ('42', '42'),
    ('株式会社', 'agency')
  ) as v (name, slug);
select is((public.create_agency(repeat('ab ', 40))).slug, repeat('ab-', 16) || 'ab',
  'a long name makes a slug of 50 characters, without a dash at its end');

-- A slug that is taken is not an error where none was asked for.
select matches((public.create_agency('ACME!')).slug, '^acme-[0-9a-f]{6}$', 'a second Acme gets a suffix');
select matches((public.create_agency('ACME?')).slug, '^acme-[0-9a-f]{6}$', 'and so does a third');
select matches((public.create_agency('!!!')).slug, '^[0-9a-f]{6}$', 'one without any letter gets just that');
select is(count(distinct a.slug), count(*), 'no two are the same') from public.agencies as a;

select * from finish();
rollback;

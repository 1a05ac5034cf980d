-- Ways to write the same identity give the same private.dedupe_key.
begin;
select plan(27);

create function pg_temp.key_of(lead jsonb) returns text language sql as $$
  select private.dedupe_key(lead ->> 'email', lead ->> 'linkedin_url', lead ->> 'phone', lead ->> 'company',
    lead ->> 'first_name', lead ->> 'last_name')
$$;

select is(pg_temp.key_of(jsonb_build_object('email', e)), 'email:ada@example.com', format('e-mail %L', e))
  from unnest(array['ada@example.com', 'ADA@Example.COM', ' ada@example.com ']) as e;

select is(pg_temp.key_of(jsonb_build_object('linkedin_url', u)), 'linkedin:/in/ada', format('LinkedIn %L', u))
  from unnest(array[
    'https://www.linkedin.com/in/ada', 'http://linkedin.com/in/ada/', 'https://uk.linkedin.com/in/Ada//',
    'linkedin.com/in/ada', 'https://m.linkedin.com/in/ada', 'https://www.linkedin.com/in/ada?trk=x',
    'https://www.linkedin.com/in/ada/?trk=x/y', 'https://www.linkedin.com/in/ada/#about', ' https://linkedin.com/in/ada '
  ]) as u;

select is(pg_temp.key_of(jsonb_build_object('phone', p)), 'phone:4930123456', format('phone %L', p))
  from unnest(array['+49 30 123456', '0049 30 123-456', '(+49) 30/123456', '4930123456', '+49.30.12.34.56']) as p;

select is(pg_temp.key_of(n), 'name:acme ltd|ada lovelace', format('name %s', n))
  from unnest(array[
    '{"company": "Acme Ltd", "first_name": "Ada", "last_name": "Lovelace"}',
    '{"company": " ACME   ltd ", "first_name": " ada ", "last_name": "LOVELACE"}',
    '{"company": "Acme Ltd", "first_name": "Ada Lovelace"}',
    '{"company": "Acme Ltd", "last_name": "ada  lovelace"}'
  ]::jsonb[]) as n;

-- What is there decides in this order.
select is(pg_temp.key_of('{"email": "a@x.test", "linkedin_url": "linkedin.com/in/a", "phone": "12345", "company": "C", "last_name": "A"}'),
  'email:a@x.test', 'the e-mail goes first');
select is(pg_temp.key_of('{"email": "", "linkedin_url": "linkedin.com/in/a", "phone": "12345", "company": "C", "last_name": "A"}'),
  'linkedin:/in/a', 'then LinkedIn');
select is(pg_temp.key_of('{"linkedin_url": "https://www.linkedin.com/", "phone": "12345", "company": "C", "last_name": "A"}'),
  'phone:12345', 'whose bare host names nobody; then the phone');
select is(pg_temp.key_of('{"phone": "1234", "company": "C", "last_name": "A"}'), 'name:c|a',
  'of which four digits are none; then company and name');
select is(pg_temp.key_of('{"company": "C"}'), null, 'a company alone is nobody');
select is(pg_temp.key_of('{"first_name": "Ada", "last_name": "Lovelace", "phone": "n/a", "email": ""}'), null, 'nor is a name');

select * from finish();
rollback;

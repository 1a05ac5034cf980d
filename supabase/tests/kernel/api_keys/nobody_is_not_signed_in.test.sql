begin;
select plan(1);

-- A token without a user: the role is that of signed-in callers, and nobody speaks.
select set_config('request.jwt.claims', '{"role": "authenticated"}', true);
set local role authenticated;
select throws_ok($$ select public.revoke_api_key(gen_random_uuid()) $$, 'PT401', 'not_signed_in',
  'whoever is nobody is asked to sign in, not told that there is no key');

select * from finish();
rollback;

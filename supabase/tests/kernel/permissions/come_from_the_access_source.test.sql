begin;
select plan(4);

select is(
  array(select permission from public.role_permissions where role = 'owner' order by 1),
  array(select permission from public.permissions order by 1), 'an owner holds every permission');
select is(
  array(select permission from public.permissions except select permission from public.role_permissions where role = 'admin' order by 1),
  '{agency.archive,agency.transfer}', 'an admin all but archiving and making owners');
select is_empty(
  $$ select permission from public.role_permissions where role in ('sales', 'client', 'researcher', 'analyst')
      and permission ~ '^(agency|members|roles|api_keys|webhooks)\.' and permission <> 'members.read' $$,
  'nobody below a manager administers');
select is_empty(
  $$ select permission from public.role_permissions where role = 'client' and permission !~ '_client$' $$,
  'a client holds nothing beyond their own');

select * from finish();
rollback;

begin isolation level repeatable read;
select plan(2);

select throws_ok($$ insert into public.role_permissions (role, permission) values ('analyst', 'members.manage') $$,
  'PT409', 'isolation_unsuitable', 'what a role holds does not change by an older snapshot, which may miss agencies');
select throws_ok('truncate public.member_permissions', 'PT409', 'isolation_unsuitable', 'nor is a whole table emptied');

select * from finish();
rollback;

create view public.user_permissions_view
with (security_invoker = true)
as
select m.agency_id, m.user_id, rp.permission, mr.role as source
  from public.memberships as m
  join public.membership_roles as mr on mr.agency_id = m.agency_id and mr.user_id = m.user_id
  join public.role_permissions as rp on rp.role = mr.role
  join public.agencies as a on a.id = m.agency_id
 where m.status = 'active' and a.archived_at is null;

comment on view public.user_permissions_view is
  'The effective permissions of each member, one row per permission and role it comes from. What a permission check asks.';
grant select on public.user_permissions_view to authenticated;

create view public.user_permissions_view
with (security_invoker = true)
as
with granted as (
  select mr.agency_id, mr.user_id, rp.permission, null::text as platform, mr.role as source
    from public.membership_roles as mr
    join public.role_permissions as rp on rp.role = mr.system_role
  union all
  select mr.agency_id, mr.user_id, p.permission, null, mr.role
    from public.membership_roles as mr
    join public.agency_roles as ar on ar.agency_id = mr.agency_id and ar.role = mr.agency_role
   cross join lateral unnest(ar.permissions) as p (permission)
  union all
  select mp.agency_id, mp.user_id, mp.permission, mp.platform, 'override'
    from public.member_permissions as mp
   where mp.effect = 'allow'
)
select g.agency_id, g.user_id, g.permission, g.platform, g.source
  from granted as g
  join public.memberships as m on m.agency_id = g.agency_id and m.user_id = g.user_id
  join public.agencies as a on a.id = g.agency_id
 where m.status = 'active'
   and a.archived_at is null
   and not exists (
     select from public.member_permissions as d
      where d.agency_id = g.agency_id and d.user_id = g.user_id and d.permission = g.permission
        and d.effect = 'deny' and (d.platform is null or d.platform = g.platform)
   );

comment on view public.user_permissions_view is
  'The effective permissions of each member, one row per permission and where it comes from: a role, or `override`.';
comment on column public.user_permissions_view.platform is
  'Where an override holds; null everywhere. A denial on one platform takes nothing from a row that holds everywhere: private.can_on_platform() does.';
grant select on public.user_permissions_view to authenticated;

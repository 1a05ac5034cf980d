create or replace function public.get_platform_metrics()
returns jsonb
language plpgsql
stable
security definer -- counts what lies in every agency, which no policy lets anyone
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_staff();
  return jsonb_build_object(
    'at', now(),
    'agencies', (
      select jsonb_build_object('total', count(*), 'archived', count(a.archived_at),
               'created_30d', count(*) filter (where a.created_at > now() - interval '30 days'))
        from public.agencies as a
    ),
    'users', (
      select jsonb_build_object('total', count(*),
               'created_30d', count(*) filter (where u.created_at > now() - interval '30 days'),
               'signed_in_30d', count(*) filter (where u.last_sign_in_at > now() - interval '30 days'))
        from auth.users as u
    ),
    'campaigns', (
      select jsonb_build_object('total', count(*), 'active', count(*) filter (where c.status = 'active'))
        from public.campaigns as c where c.deleted_at is null
    ),
    'leads', (
      select jsonb_build_object('total', coalesce(sum(m.leads), 0),
               'converted', coalesce(sum(m.leads) filter (where m.status = 'converted'), 0))
        from private.lead_metrics_now as m
       where m.scope_id = m.agency_id and m.day = '-infinity'
    )
  );
end;
$$;

comment on function public.get_platform_metrics() is
  'For staff of the platform: {at, agencies: {total, archived, created_30d}, users: {total, created_30d, signed_in_30d}, campaigns: {total, active}, leads: {total, converted}} over all agencies; leads from the rollups. Errors: 401 not_signed_in, 403 staff_required.';
revoke all on function public.get_platform_metrics() from public, anon;
grant execute on function public.get_platform_metrics() to authenticated;

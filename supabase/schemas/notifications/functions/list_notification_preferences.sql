create or replace function public.list_notification_preferences(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- the types are in private
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_agency uuid := private.current_agency(list_notification_preferences.agency_id);
begin
  return (
    select jsonb_build_object('items', jsonb_agg(jsonb_build_object(
               'type', t.type, 'description', t.description,
               'in_app', coalesce(p.in_app, t.in_app), 'email', coalesce(p.email, t.email)
             ) order by t.position), 'total', count(*))
      from private.notification_types as t
      left join public.notification_preferences as p
        on p.agency_id = v_agency and p.user_id = v_user and p.type = t.type
  );
end;
$$;

comment on function public.list_notification_preferences(uuid) is
  'By which ways the caller hears of each type in an agency: {items: [{type, description, in_app, email}], total}. Errors: 400 agency_required, 401 not_signed_in, 404 agency_not_found.';
revoke all on function public.list_notification_preferences(uuid) from public, anon;
grant execute on function public.list_notification_preferences(uuid) to authenticated;

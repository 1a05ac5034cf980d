create or replace function public.set_notification_preference(
  type text,
  in_app boolean default null,
  email boolean default null,
  agency_id uuid default null
)
returns public.notification_preferences
language plpgsql
volatile
security definer -- preferences have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_agency uuid := private.current_agency(set_notification_preference.agency_id);
  v_type private.notification_types;
  v_preference public.notification_preferences;
begin
  select t.* into v_type from private.notification_types as t where t.type = set_notification_preference.type;
  if not found then
    raise exception using errcode = 'PT422', message = 'notification_type_unknown',
      detail = 'Nobody is notified of this.', hint = 'List the preferences to see which types there are.';
  end if;
  insert into public.notification_preferences as p (agency_id, user_id, type, in_app, email)
  values (v_agency, v_user, v_type.type, coalesce(set_notification_preference.in_app, v_type.in_app),
          coalesce(set_notification_preference.email, v_type.email))
  on conflict on constraint notification_preferences_pkey do update
     set in_app = coalesce(set_notification_preference.in_app, p.in_app),
         email = coalesce(set_notification_preference.email, p.email)
  returning p.* into v_preference;
  perform private.audit(v_agency, 'notification_preference.set', null, null, to_jsonb(v_preference));
  return v_preference;
end;
$$;

comment on function public.set_notification_preference(text, boolean, boolean, uuid) is
  'Says by which ways the caller hears of a type in an agency; null leaves a way as it is. Errors: 400 agency_required, 401 not_signed_in, 404 agency_not_found, 422 notification_type_unknown.';
revoke all on function public.set_notification_preference(text, boolean, boolean, uuid) from public, anon;
grant execute on function public.set_notification_preference(text, boolean, boolean, uuid) to authenticated;

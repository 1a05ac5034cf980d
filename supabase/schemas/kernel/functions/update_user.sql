create or replace function public.update_user(user_id uuid, changes jsonb)
returns jsonb
language plpgsql
volatile
security definer -- staff change users of every agency, which no policy lets them
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.profiles := private.user_to_manage(update_user.user_id);
  v_after public.profiles;
begin
  perform private.require_keys(update_user.changes,
    '{full_name,avatar_url,phone,locale,timezone,preferences}');
  v_after := jsonb_populate_record(v_before, update_user.changes);
  update public.profiles as p
     set full_name = v_after.full_name,
         avatar_url = v_after.avatar_url,
         phone = v_after.phone,
         locale = v_after.locale,
         timezone = v_after.timezone,
         preferences = v_after.preferences
   where p.id = v_before.id
  returning p.* into v_after;
  perform private.audit(private.platform(), 'user.updated', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.user_document(v_after);
end;
$$;

comment on function public.update_user(uuid, jsonb) is
  'For staff of the platform: changes a user''s full_name, avatar_url, phone, locale, timezone or preferences. E-mail and password are the sign-in service''s. Errors: 401 not_signed_in, 403 staff_required, 404 user_not_found, 422 not_an_object, unknown_field, timezone_unknown, and the named checks of profiles.';
revoke all on function public.update_user(uuid, jsonb) from public, anon;
grant execute on function public.update_user(uuid, jsonb) to authenticated;

create or replace function public.delete_user(user_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- accounts are the sign-in service's rows
set search_path = ''
as $$
#variable_conflict error
declare
  v_profile public.profiles;
  v_member public.memberships;
  v_user jsonb;
  v_revoked jsonb;
begin
  perform private.require_staff();
  -- The agencies before the user, in the order of their ids, as everyone locks who changes members.
  perform from public.agencies as a
    where a.id in (select m.agency_id from public.memberships as m where m.user_id = delete_user.user_id)
    order by a.id
      for no key update;
  v_profile := private.user_to_manage(delete_user.user_id);
  for v_member in
    select m.*
      from public.memberships as m
      join public.membership_roles as mr on mr.agency_id = m.agency_id and mr.user_id = m.user_id
     where m.user_id = v_profile.id and mr.role = 'owner'
  loop
    perform private.require_owner_left(v_member);
  end loop;
  v_user := private.user_document(v_profile);
  v_revoked := private.revoke_invitations_of(v_profile.id);
  delete from auth.users as u where u.id = v_profile.id;
  perform private.audit(private.platform(), 'user.deleted', v_profile.id, v_user || v_revoked, null);
  return v_user;
end;
$$;

comment on function public.delete_user(uuid) is
  'For staff of the platform: deletes an account with its profile, sessions and memberships, revokes the open invitations they made, and answers it as it was; what it did stays in the log. Errors: 401 not_signed_in, 403 staff_required, 404 user_not_found, 409 last_owner while it is the only owner of an agency.';
revoke all on function public.delete_user(uuid) from public, anon;
grant execute on function public.delete_user(uuid) to authenticated;

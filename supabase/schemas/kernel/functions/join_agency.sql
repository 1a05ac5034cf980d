create or replace function private.join_agency(user_id uuid, email text, token text)
returns public.memberships
language plpgsql
volatile
security definer -- whoever is invited is no member yet, so no policy could let them in
set search_path = ''
as $$
#variable_conflict error
declare
  v_invitation public.invitations := private.open_invitation(join_agency.token);
  v_member public.memberships;
begin
  -- In lower case by hand: with an empty search_path citext would be compared as text. Who signs up
  -- without an address is not the one invited.
  if lower(v_invitation.email::text) is distinct from lower(join_agency.email) then
    raise exception using errcode = 'PT403', message = 'invitation_for_another_email',
      detail = 'This invitation was sent to another e-mail address.',
      hint = 'Sign in with the address that was invited.';
  end if;
  insert into public.memberships as m (agency_id, user_id, client_id)
  values (v_invitation.agency_id, join_agency.user_id, v_invitation.client_id)
  on conflict on constraint memberships_are_once_per_user do nothing
  returning m.* into v_member;
  if not found then
    raise exception using errcode = 'PT409', message = 'already_a_member',
      detail = 'You are already a member of the agency.';
  end if;
  insert into public.membership_roles (agency_id, user_id, role)
  select distinct v_member.agency_id, v_member.user_id, r from unnest(v_invitation.roles) as r;
  update public.invitations as i
     set accepted_at = now()
   where i.agency_id = v_invitation.agency_id and i.id = v_invitation.id;
  update public.profiles as p
     set active_agency_id = v_invitation.agency_id
   where p.id = join_agency.user_id;
  perform private.audit(v_invitation.agency_id, 'invitation.accepted', v_invitation.id, null,
    private.member_document(v_member));
  return v_member;
end;
$$;

comment on function private.join_agency(uuid, text, text) is
  'Uses an invitation up: membership, roles, active agency. Errors: 403 invitation_for_another_email, 404 invitation_not_open, 409 already_a_member.';

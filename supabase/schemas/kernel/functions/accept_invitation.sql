create or replace function public.accept_invitation(token text)
returns jsonb
language plpgsql
volatile
security definer -- whoever is invited is no member yet, so no policy could let them in
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_member public.memberships;
begin
  -- In two statements: the document is read from what the first one has written.
  v_member := private.join_agency(
    v_user, (select p.email::text from public.profiles as p where p.id = v_user),
    accept_invitation.token);
  return private.member_document(v_member);
end;
$$;

comment on function public.accept_invitation(text) is
  'Makes the caller a member with the invited roles and switches them to the agency; the invitation must be for their e-mail address. Errors: 401 not_signed_in, 403 invitation_for_another_email, 404 invitation_not_open, 409 already_a_member.';
revoke all on function public.accept_invitation(text) from public, anon;
grant execute on function public.accept_invitation(text) to authenticated;

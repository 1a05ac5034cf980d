create or replace function public.transfer_agency(agency_id uuid, user_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- membership has no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user(); -- an agency passes from a person
  v_member public.memberships := private.member_to_manage(
    transfer_agency.agency_id, transfer_agency.user_id, 'agency.transfer');
  v_before jsonb := private.member_document(v_member);
begin
  if v_member.status <> 'active' or v_member.user_id = v_user then
    raise exception using errcode = 'PT409', message = 'transfer_needs_another_active_member',
      detail = 'The agency passes to another member, who is active.';
  end if;
  perform private.require_no_denial(v_member.agency_id, v_member.user_id);
  insert into public.membership_roles (agency_id, user_id, role)
  values (v_member.agency_id, v_member.user_id, 'owner'), (v_member.agency_id, v_user, 'admin')
  on conflict do nothing;
  delete from public.membership_roles as mr
   where mr.agency_id = v_member.agency_id and mr.user_id = v_user and mr.role = 'owner';
  perform private.audit(v_member.agency_id, 'agency.transferred', v_member.agency_id, v_before,
    private.member_document(v_member));
  return private.member_document(v_member);
end;
$$;

comment on function public.transfer_agency(uuid, uuid) is
  'Makes another active member the owner in the caller''s place, who stays as admin. Errors: 401 not_signed_in, 403 permission_denied, 404 agency_not_found or member_not_found, 409 transfer_needs_another_active_member or owner_holds_everything.';
revoke all on function public.transfer_agency(uuid, uuid) from public, anon;
grant execute on function public.transfer_agency(uuid, uuid) to authenticated;

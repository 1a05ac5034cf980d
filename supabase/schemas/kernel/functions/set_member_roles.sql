create or replace function public.set_member_roles(
  agency_id uuid,
  user_id uuid,
  roles text[],
  client_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- membership has no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_member public.memberships := private.member_to_manage(set_member_roles.agency_id, set_member_roles.user_id);
  v_before jsonb := private.member_document(v_member);
  v_after jsonb;
begin
  perform private.require_roles(
    set_member_roles.agency_id, set_member_roles.roles, set_member_roles.client_id);
  if 'owner' = any (set_member_roles.roles) then
    perform private.require_no_denial(v_member.agency_id, v_member.user_id);
  end if;
  if v_before -> 'roles' ? 'owner' and not 'owner' = any (set_member_roles.roles) then
    perform private.require_owner_left(v_member);
  end if;

  delete from public.membership_roles as mr
   where mr.agency_id = v_member.agency_id and mr.user_id = v_member.user_id
     and mr.role <> all (set_member_roles.roles);
  insert into public.membership_roles (agency_id, user_id, role)
  select v_member.agency_id, v_member.user_id, r from unnest(set_member_roles.roles) as r
  on conflict do nothing;
  update public.memberships as m
     set client_id = case when 'client' = any (set_member_roles.roles) then set_member_roles.client_id end
   where m.agency_id = v_member.agency_id and m.id = v_member.id
  returning m.* into v_member;

  v_after := private.member_document(v_member);
  perform private.audit(v_member.agency_id, 'member.roles_set', v_member.user_id, v_before, v_after);
  return v_after;
end;
$$;

comment on function public.set_member_roles(uuid, uuid, text[], uuid) is
  'Gives a member exactly these roles; the role client needs a client_id. Works on the member''s next statement. Errors: 403 permission_denied, permission_not_held or owner_required, 404 agency_not_found or member_not_found, 409 last_owner or owner_holds_everything, 422 role_required, role_unknown or client_required.';
revoke all on function public.set_member_roles(uuid, uuid, text[], uuid) from public, anon;
grant execute on function public.set_member_roles(uuid, uuid, text[], uuid) to authenticated;

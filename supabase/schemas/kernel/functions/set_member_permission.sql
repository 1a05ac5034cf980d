create or replace function public.set_member_permission(
  agency_id uuid,
  user_id uuid,
  permission text,
  effect text,
  platform text default null
)
returns jsonb
language plpgsql
volatile
security definer -- overrides have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_member public.memberships := private.member_to_manage(
    set_member_permission.agency_id, set_member_permission.user_id);
  v_before jsonb := private.member_document(v_member);
  v_after jsonb;
begin
  if set_member_permission.effect is not null and set_member_permission.effect not in ('allow', 'deny') then
    raise exception using errcode = 'PT422', message = 'effect_unknown',
      detail = 'An override allows or denies.', hint = 'Send allow or deny, or null to take it away.';
  end if;
  perform private.require_own_permissions(
    set_member_permission.agency_id, array[set_member_permission.permission], set_member_permission.platform);
  if set_member_permission.effect = 'deny' and v_before -> 'roles' ? 'owner' then
    raise exception using errcode = 'PT409', message = 'owner_holds_everything',
      detail = 'An owner cannot be denied anything.', hint = 'Make the member something else first.';
  end if;
  delete from public.member_permissions as mp
   where mp.agency_id = v_member.agency_id and mp.user_id = v_member.user_id
     and mp.permission = set_member_permission.permission
     and mp.platform is not distinct from set_member_permission.platform;
  if set_member_permission.effect is not null then
    insert into public.member_permissions (agency_id, user_id, permission, platform, effect)
    values (v_member.agency_id, v_member.user_id, set_member_permission.permission,
      set_member_permission.platform, set_member_permission.effect);
  end if;
  v_after := private.member_document(v_member);
  perform private.audit(v_member.agency_id, 'member.permission_set', v_member.user_id, v_before, v_after);
  return v_after;
end;
$$;

comment on function public.set_member_permission(uuid, uuid, text, text, text) is
  'Allows or denies a member one permission beyond their roles, everywhere or on one platform; deny wins; effect null takes the override away. Nobody gives what they do not hold. Errors: 403 permission_denied, permission_not_held or owner_required, 404 agency_not_found or member_not_found, 409 owner_holds_everything, 422 effect_unknown, permission_unknown.';
revoke all on function public.set_member_permission(uuid, uuid, text, text, text) from public, anon;
grant execute on function public.set_member_permission(uuid, uuid, text, text, text) to authenticated;

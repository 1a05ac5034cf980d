create or replace function private.revoke_invitations_of(user_id uuid, agency_id uuid default null)
returns jsonb
language plpgsql
volatile
security invoker -- called by procedures that have authorised the change
set search_path = ''
as $$
#variable_conflict error
declare
  v_revoked uuid[];
begin
  with revoked as (
    update public.invitations as i
       set revoked_at = now()
     where i.invited_by = revoke_invitations_of.user_id
       and (revoke_invitations_of.agency_id is null or i.agency_id = revoke_invitations_of.agency_id)
       and i.accepted_at is null and i.revoked_at is null
    returning i.id
  )
  select coalesce(array_agg(r.id order by r.id), '{}') into v_revoked from revoked as r;
  return jsonb_build_object('revoked_invitations', v_revoked);
end;
$$;

comment on function private.revoke_invitations_of(uuid, uuid) is
  'Takes the open invitations back that somebody made, in one agency or all, so that nobody comes back by one they made for themselves; answers {revoked_invitations}, for the audit event.';

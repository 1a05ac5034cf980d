create or replace function public.list_invitations(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_invitations.agency_id);
begin
  perform private.require(v_agency, 'members.manage');
  return (
    select jsonb_build_object(
             'items', coalesce(jsonb_agg(private.invitation_document(i) order by i.id desc), '[]'),
             'total', count(*)
           )
      from public.invitations as i
     where i.agency_id = v_agency
  );
end;
$$;

comment on function public.list_invitations(uuid) is
  'The agency''s invitations with their status (open, accepted, revoked, expired), the newest first. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found.';
revoke all on function public.list_invitations(uuid) from public, anon;
grant execute on function public.list_invitations(uuid) to authenticated;

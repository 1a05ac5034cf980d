create or replace function private.find_assignee(agency_id uuid, assignee text)
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid;
begin
  select m.user_id into v_user
    from public.memberships as m
    join public.profiles as p on p.id = m.user_id
   where m.agency_id = find_assignee.agency_id
     and m.status = 'active'
     and (p.email operator(extensions.=) find_assignee.assignee::extensions.citext
       or m.user_id::text = lower(find_assignee.assignee));
  if not found then
    raise exception using errcode = 'PT422', message = 'assignee_not_found',
      detail = 'The agency has no active member with this id or e-mail address.',
      hint = 'List the members of the agency.';
  end if;
  if not exists (
    select from public.user_permissions_view as up
     where up.agency_id = find_assignee.agency_id and up.user_id = v_user
       and up.permission = 'leads.write_assigned' and up.platform is null
  ) then
    raise exception using errcode = 'PT422', message = 'assignee_may_not_hold_leads',
      detail = 'This member has no role that may work leads.',
      hint = 'Give them the role sales, or choose someone else.';
  end if;
  return v_user;
end;
$$;

comment on function private.find_assignee(uuid, text) is
  'The active member of that id or e-mail who may hold leads; errors 422 assignee_not_found, assignee_may_not_hold_leads.';

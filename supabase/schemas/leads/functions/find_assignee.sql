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
  if pg_input_is_valid(find_assignee.assignee, 'uuid') then
    select m.user_id into v_user
      from public.memberships as m
     where m.agency_id = find_assignee.agency_id
       and m.status = 'active'
       and m.user_id = find_assignee.assignee::uuid;
  else
    select m.user_id into v_user
      from public.memberships as m
      join public.profiles as p on p.id = m.user_id
     where m.agency_id = find_assignee.agency_id
       and m.status = 'active'
       and p.email operator(extensions.=) find_assignee.assignee::extensions.citext;
  end if;
  if not found then
    raise exception using errcode = 'PT422', message = 'assignee_not_found',
      detail = 'The agency has no active member with this id or e-mail address.',
      hint = 'List the members of the agency.';
  end if;
  if not exists (
    select from private.effective_permissions as e
     where e.agency_id = find_assignee.agency_id and e.user_id = v_user
       and e.permissions @> '{leads.write_assigned}'
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

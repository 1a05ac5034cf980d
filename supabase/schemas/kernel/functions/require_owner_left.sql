create or replace function private.require_owner_left(leaving public.memberships)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if not exists (
    select from public.membership_roles as mr
      join public.memberships as m on m.agency_id = mr.agency_id and m.user_id = mr.user_id
     where mr.agency_id = (leaving).agency_id
       and mr.role = 'owner'
       and m.status = 'active'
       and mr.user_id <> (leaving).user_id
  ) then
    raise exception using errcode = 'PT409', message = 'last_owner',
      detail = 'An agency keeps at least one active owner.', hint = 'Make another member an owner first.';
  end if;
end;
$$;

comment on function private.require_owner_left(public.memberships) is
  'Refuses to let the last active owner go: 409 last_owner.';

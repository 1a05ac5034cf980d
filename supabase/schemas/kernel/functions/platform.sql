create or replace function private.platform()
returns uuid
language sql
immutable
set search_path = ''
as $$
  select '00000000-0000-0000-0000-000000000000'::uuid
$$;

comment on function private.platform() is
  'Stands for the agency in the audit events of what is no agency''s: just staff see them.';

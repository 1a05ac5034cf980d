create or replace function private.require_same_host(before public.data_sources, after public.data_sources)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if (before).has_credentials
    and private.url_host((before).config ->> 'url') is distinct from private.url_host((after).config ->> 'url') then
    raise exception using errcode = 'PT422', message = 'credentials_needed',
      detail = 'The URL leads to another host than the credentials were entered for.',
      hint = 'Send the credentials again with the change, or null to forget them.';
  end if;
end;
$$;

comment on function private.require_same_host(public.data_sources, public.data_sources) is
  'Refuses to send kept credentials elsewhere: whoever may change a source may not read what it signs in with, by having it sent to themselves. 422 credentials_needed.';
revoke all on function private.require_same_host(public.data_sources, public.data_sources) from public, anon, authenticated, service_role;

create or replace function private.url_host(url text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  -- A backslash ends a host as a slash does, for whatever parses URLs as browsers do.
  return coalesce(substring(lower(url_host.url) from '^https?://[^/?#\\]+'), url_host.url);
end;
$$;

comment on function private.url_host(text) is
  'A URL up to its path: two that are equal here lead to the same host. What is no URL is returned as it is.';
revoke all on function private.url_host(text) from public, anon, authenticated, service_role;

create or replace function public.announce_user(email text)
returns jsonb
language plpgsql
volatile
security definer -- nobody else may write the log
set search_path = ''
as $$
#variable_conflict error
declare
  v_announced jsonb := jsonb_build_object('email', left(trim(announce_user.email), 320));
begin
  perform private.require_staff();
  perform private.audit(private.platform(), 'user.announced', null, null, v_announced);
  return v_announced;
end;
$$;

comment on function public.announce_user(text) is
  'For staff of the platform, before they have the sign-in service make an account: says in the log who is about to, for which address. There is no account of theirs without it, whatever fails afterwards. Errors: 401 not_signed_in, 403 staff_required.';
revoke all on function public.announce_user(text) from public, anon;
grant execute on function public.announce_user(text) to authenticated;

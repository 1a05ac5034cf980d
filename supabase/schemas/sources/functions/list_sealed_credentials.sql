create or replace function public.list_sealed_credentials(
  newest_key_id text,
  after uuid default null,
  max_envelopes integer default 200
)
returns jsonb
language plpgsql
stable
security definer -- envelopes are out of every role's reach
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'agency_id', e.agency_id, 'data_source_id', e.data_source_id,
             'credentials', jsonb_build_object('key_id', e.key_id, 'nonce', e.nonce, 'ciphertext', e.ciphertext)
           ) order by e.data_source_id), '[]')
      from (
        select c.*
          from private.data_source_credentials as c
         where c.key_id <> list_sealed_credentials.newest_key_id
           and (list_sealed_credentials.after is null or c.data_source_id > list_sealed_credentials.after)
         order by c.data_source_id
         limit least(greatest(list_sealed_credentials.max_envelopes, 1), 1000)
      ) as e
  );
end;
$$;

comment on function public.list_sealed_credentials(text, uuid, integer) is
  'For whoever holds the secret key: the envelopes of every agency that another key than the newest has sealed, in the order of their sources, after the given one: [{agency_id, data_source_id, credentials: {key_id, nonce, ciphertext}}]. At most 1,000. Error: 403 service_required.';
revoke all on function public.list_sealed_credentials(text, uuid, integer) from public, anon, authenticated;
grant execute on function public.list_sealed_credentials(text, uuid, integer) to service_role;

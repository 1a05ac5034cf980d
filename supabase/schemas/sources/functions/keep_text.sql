create or replace function private.keep_text(source public.data_sources, config jsonb)
returns integer
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
declare
  v_text text := keep_text.config ->> 'text';
begin
  if v_text is not null then
    if octet_length(v_text) > 1048576 then
      raise exception using errcode = 'PT422', message = 'text_too_large',
        detail = 'A text given inline has at most 1 MB.',
        hint = 'Upload the file to the bucket imports and give its path.';
    end if;
    insert into private.data_source_texts as t (agency_id, data_source_id, content)
    values ((source).agency_id, (source).id, v_text)
    on conflict on constraint data_source_texts_pkey do update set content = excluded.content;
    return octet_length(v_text);
  end if;
  -- A config that was read has no text in it and may be written back; one that names a file has done with it.
  if keep_text.config ? 'path' or keep_text.config ? 'text' then
    delete from private.data_source_texts as t
     where t.agency_id = (source).agency_id and t.data_source_id = (source).id;
    return null;
  end if;
  return (source).text_bytes;
end;
$$;

comment on function private.keep_text(public.data_sources, jsonb) is
  'Moves the inline text of a config to where texts are kept and returns its size in bytes; a config with a path, or with text null, forgets the text there was. Error: 422 text_too_large.';

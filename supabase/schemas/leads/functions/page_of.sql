create or replace function private.page_of(
  relation regclass,
  conditions text,
  sortable text[],
  page integer,
  page_size integer,
  sort_by text,
  sort_order text,
  cursor text,
  total bigint default null
)
returns jsonb
language plpgsql
stable
security invoker -- called by definers that have put the caller's scope into conditions
set search_path = ''
as $$
#variable_conflict error
declare
  v_offset bigint := private.page_offset(page_of.page, page_of.page_size);
  v_order text;
  v_after text := '';
  v_items jsonb;
  v_total bigint := page_of.total;
  v_cursor record;
  v_last jsonb;
begin
  if (page_of.sort_by = any (page_of.sortable)) is not true then
    raise exception using errcode = 'PT422', message = 'sort_unknown',
      detail = format('Lists here are not sorted by %s.', coalesce(page_of.sort_by, 'null')),
      hint = format('Sort by %s.', array_to_string(page_of.sortable, ', '));
  end if;
  if (lower(page_of.sort_order) in ('asc', 'desc')) is not true then
    raise exception using errcode = 'PT422', message = 'sort_order_unknown',
      detail = 'The sort order is asc or desc.';
  end if;
  v_order := format('t.%1$I %2$s, t.id %2$s', page_of.sort_by, lower(page_of.sort_order));

  if page_of.cursor is not null then
    v_cursor := private.decode_cursor(page_of.cursor);
    if v_cursor.id is not null then
      v_after := format(' and (t.%I, t.id) %s (%L, %L)', page_of.sort_by,
        case lower(page_of.sort_order) when 'asc' then '>' else '<' end, v_cursor.sort_value, v_cursor.id);
    end if;
    v_offset := 0;
  elsif v_total is null then
    execute format('select count(*) from %s as t where %s', page_of.relation, page_of.conditions) into v_total;
  end if;

  -- One row more than the page tells whether there is another page.
  execute format(
    'select coalesce(jsonb_agg(to_jsonb(r)), ''[]'') from (select t.* from %s as t where %s%s order by %s limit %s offset %s) as r',
    page_of.relation, page_of.conditions, v_after, v_order, page_of.page_size + 1, v_offset
  ) into v_items;
  if jsonb_array_length(v_items) > page_of.page_size then
    v_items := v_items - -1;
    v_last := v_items -> -1;
  end if;
  if page_of.cursor is null then
    return jsonb_build_object('items', v_items, 'total', v_total);
  end if;
  return jsonb_build_object('items', v_items, 'next_cursor',
    private.encode_cursor(v_last ->> page_of.sort_by, (v_last ->> 'id')::uuid));
end;
$$;

comment on function private.page_of(regclass, text, text[], integer, integer, text, text, text, bigint) is
  'One page of a relation: {items, total}, or with a cursor {items, next_cursor}. Errors: 422 page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';

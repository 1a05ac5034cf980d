create or replace function private.page_offset(page integer, page_size integer)
returns bigint
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if page_offset.page is null or page_offset.page < 1
    or page_offset.page_size is null or page_offset.page_size not between 1 and 100 then
    raise exception using errcode = 'PT422', message = 'page_out_of_range',
      detail = 'Pages count from 1 and hold 1 to 100 items.';
  end if;
  return (page_offset.page - 1)::bigint * page_offset.page_size;
end;
$$;

comment on function private.page_offset(integer, integer) is
  'How many items lie before the page; error 422 page_out_of_range.';

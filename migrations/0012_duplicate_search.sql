-- Looking for duplicates works in the background: each search is a row, and each pair says which one found it.

create table duplicate_search (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  kind text,
  state text not null,
  progress integer not null,
  found integer not null,
  person_id integer not null references person(id),
  finished integer,
  -- What only its worker knows: who works on it, and until when.
  owner text,
  owner_until integer
);
create index duplicate_search_created on duplicate_search(created, id);
create index duplicate_search_state on duplicate_search(state, id);

alter table duplicate add column search_id integer references duplicate_search(id);
create index duplicate_search_found on duplicate(search_id, score, id) where search_id is not null;

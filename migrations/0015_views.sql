-- Saved views of lists.
create table saved_view (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  list text not null,
  query text,
  shared text not null,
  side text not null,
  state text not null,
  partner_id integer references partner(id),
  owner_id integer not null references person(id)
);
create index saved_view_list on saved_view(list, state, id);
create index saved_view_owner on saved_view(owner_id, id);
create index saved_view_created on saved_view(created, id);
create index saved_view_state on saved_view(state, id);

-- Pipeline reviews of a partner, and what was decided and promised in them.
create table review (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  topic text not null,
  partner_id integer not null references partner(id),
  manager_id integer not null references person(id),
  starts integer not null,
  minutes_long integer not null,
  every_days integer not null,
  place text,
  state text not null,
  present text,
  summary text,
  held integer,
  sequence integer not null
);
create index review_partner on review(partner_id, state, starts);
create index review_manager on review(manager_id, state, starts);
create index review_starts on review(starts, id);
create index review_created on review(created, id);
create index review_state on review(state, id);

create table review_point (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  review_id integer not null references review(id),
  partner_id integer not null references partner(id),
  kind text not null,
  text text not null,
  registration_id integer references registration(id),
  owner_id integer references person(id),
  due integer,
  author_id integer not null references person(id)
);
create index review_point_review on review_point(review_id, id);
create index review_point_partner on review_point(partner_id, id);
create index review_point_registration on review_point(registration_id, id) where registration_id is not null;
create index review_point_owner on review_point(owner_id, id) where owner_id is not null;
create index review_point_created on review_point(created, id);

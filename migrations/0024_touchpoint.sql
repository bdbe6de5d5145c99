-- Touchpoints: every documented act of a partner, one row each. "origin" is the row from which one was made
-- ("reg_..."), or its id in another system; no two have the same.
create table touchpoint (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  happened integer not null,
  partner_id integer not null references partner(id),
  person_id integer references person(id),
  account_id integer references account(id),
  opportunity_id integer references opportunity(id),
  registration_id integer references registration(id),
  kind text not null,
  channel text not null,
  evidence text,
  origin text unique,
  source text not null,
  state text not null,
  author_id integer references person(id)
);
create index touchpoint_partner on touchpoint(partner_id, happened, id);
create index touchpoint_account on touchpoint(account_id, happened, id) where account_id is not null;
create index touchpoint_opportunity on touchpoint(opportunity_id, happened, id) where opportunity_id is not null;
create index touchpoint_registration on touchpoint(registration_id, id) where registration_id is not null;
create index touchpoint_person on touchpoint(person_id, id) where person_id is not null;
create index touchpoint_happened on touchpoint(happened, id);
create index touchpoint_created on touchpoint(created, id);
create index touchpoint_kind on touchpoint(kind, id);
create index touchpoint_state on touchpoint(state, id);

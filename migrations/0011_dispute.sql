-- Disputes, and the files that belong to them.

-- What a file holds, by the hash of it: the same bytes stand here once, in pieces, so that none of it need be in
-- memory as a whole.
create table content (
  hash text primary key,
  size integer not null,
  created integer not null
);
create table content_piece (
  hash text not null references content(hash),
  number integer not null,
  bytes blob not null,
  primary key (hash, number)
);
create table file (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  type text not null,
  size integer not null,
  hash text not null references content(hash),
  attached_to text not null,
  partner_id integer references partner(id),
  person_id integer not null references person(id)
);
create index file_attached on file(attached_to, id);
create index file_partner on file(partner_id, id);
create index file_created on file(created, id);

create table dispute (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  registration_id integer not null references registration(id),
  rival_id integer references registration(id),
  account_id integer references account(id),
  company text not null,
  kind text not null,
  state text not null,
  opened_by text not null,
  opener_id integer references person(id),
  decider_id integer references person(id),
  declared integer,
  due integer not null,
  executive_id integer references person(id),
  escalated integer,
  remedy text,
  ruling text,
  note text,
  amount integer,
  currency text,
  precedent_id integer references dispute(id),
  ruled integer,
  ruled_by integer references person(id)
);
create index dispute_state on dispute(state, due, id);
create index dispute_created on dispute(created, id);
create index dispute_due on dispute(due, id);
create index dispute_registration on dispute(registration_id, state);
create index dispute_rival on dispute(rival_id, state);
create index dispute_decider on dispute(decider_id, state);
create index dispute_executive on dispute(executive_id, state);
create index dispute_kind on dispute(kind, id);
create index dispute_remedy on dispute(remedy, id);

-- A side of a dispute, as that side sees it: nothing of the other one stands here.
create table dispute_party (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  dispute_id integer not null references dispute(id),
  registration_id integer not null references registration(id),
  partner_id integer not null references partner(id),
  company text not null,
  side text not null,
  state text not null,
  due integer not null,
  order_proof integer not null,
  effect text,
  ruling text,
  amount integer,
  currency text,
  ruled integer
);
create index dispute_party_dispute on dispute_party(dispute_id, id);
create index dispute_party_registration on dispute_party(registration_id, state);
create index dispute_party_partner on dispute_party(partner_id, state, id);
create index dispute_party_state on dispute_party(state, created, id);
create index dispute_party_created on dispute_party(created, id);

create table dispute_statement (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  dispute_id integer not null references dispute(id),
  party_id integer references dispute_party(id),
  partner_id integer references partner(id),
  person_id integer references person(id),
  side text not null,
  text text not null
);
create index dispute_statement_dispute on dispute_statement(dispute_id, id);
create index dispute_statement_party on dispute_statement(party_id, id);
create index dispute_statement_partner on dispute_statement(partner_id, id);
create index dispute_statement_created on dispute_statement(created, id);

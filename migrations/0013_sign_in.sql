-- How people sign in: passwords, codes, passkeys, and sessions that can be listed and ended one by one.
-- Secrets stand in tables of their own, which no noun reads: none of them gets into an event or an answer.

drop index session_person;
alter table session rename to session_before;
create table session (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  hash blob not null unique,
  person_id integer not null references person(id),
  device text,
  method text not null,
  trusted integer not null,
  waiting integer not null, -- 1: only the first of two factors was shown; nobody is signed in by it
  proved integer not null, -- when its person last proved to be that person
  last_seen integer not null,
  expires integer not null
);
insert into session (id, version, created, updated, hash, person_id, method, trusted, waiting, proved, last_seen, expires)
  select row_number() over (order by created, hash), 1, created, created, hash, person_id, 'link', 0, 0, created, last_seen, expires
  from session_before;
drop table session_before;
create index session_person on session(person_id, id);
create index session_created on session(created, id);

create table password (
  person_id integer primary key references person(id),
  hash text not null,
  changed integer not null
);

create table totp (
  person_id integer primary key references person(id),
  secret blob not null,
  confirmed integer, -- null: shown, and not yet proven to be on a device
  step integer not null -- the newest step that was used: none works twice
);

create table recovery_code (
  hash blob primary key,
  person_id integer not null references person(id),
  used integer
);
create index recovery_code_person on recovery_code(person_id);

create table passkey (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  person_id integer not null references person(id),
  name text not null,
  state text not null,
  last_used integer,
  credential blob not null unique,
  algorithm integer not null,
  public_key blob not null,
  sign_count integer not null
);
create index passkey_person on passkey(person_id, id);
create index passkey_created on passkey(created, id);

-- What an authenticator must sign, once.
create table challenge (
  hash blob primary key,
  person_id integer, -- whose passkey is to be made; null: somebody signs in
  expires integer not null
);
create index challenge_expires on challenge(expires);

-- Links that were asked for, by the address's hash, whether somebody has it or not.
create table link_ask (
  address blob not null,
  created integer not null
);
create index link_ask_address on link_ask(address, created);
create index link_ask_created on link_ask(created);

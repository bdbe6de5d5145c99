-- Claims beside one another, and notices.

-- Two partners may stand on one account and product line only where people put them there: a ruling that
-- shares a protection, or a merge of two accounts that were held by two. The first in log order has place 0;
-- every other claim has its own place, so that the index stays the second wall against a double winner.
alter table protection add column place integer not null default 0;
drop index protection_exclusive;
create unique index protection_exclusive on protection(account_id, product_line_id, place) where state <> 'closed';

create table notice (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  person_id integer not null references person(id),
  text text not null,
  path text not null,
  state text not null
);
create index notice_person on notice(person_id, state, path, created);
create index notice_created on notice(created, id);

-- The log in the open: keys that follow one another, what witnesses cosigned, a checkpoint mailed each week.

-- The keys that signed the log, once there was more than one. The sequencer keeps beside a new one the checkpoint
-- that both signed.
create table log_key (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  vkey text not null unique,
  since_size integer not null,
  since integer,
  handover text
);
create index log_key_created on log_key(created, id);
create index log_key_since on log_key(since_size, id);

-- Which key signed a head: a process with another one must not go on.
alter table tree_head add column key_id integer;

-- The newest checkpoint that each witness cosigned, and what became of the last try.
create table cosignature (
  witness text primary key,
  size integer not null,
  checkpoint text,
  line text,
  cosigned integer,
  tried integer not null,
  trouble text
);

-- A week's checkpoint: waits until it is due, then it is sent.
create table log_week (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  week integer not null unique,
  due integer not null,
  state text not null,
  size integer,
  checkpoint text
);
create index log_week_created on log_week(created, id);
create index log_week_state on log_week(state, id);
create index log_week_due on log_week(due, id);

-- Who wants it by mail: on, off; as usual for the role when it is null.
alter table person add column checkpoint_mail text;

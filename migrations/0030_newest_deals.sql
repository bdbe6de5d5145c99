-- The board and lists show a state's newest deals first: one index finds and orders them.
drop index opportunity_state;
create index opportunity_newest on opportunity(state, created, id);

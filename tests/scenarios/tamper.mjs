// Somebody changes the database behind the program's back: `tandem check` says what.
import { onBoth, deal } from "./lib/tandem.mjs";
import { until } from "./lib/load.mjs";

// What is done, what undoes it, what is said.
const keep = (table, where) => [`create table kept as select * from ${table} where ${where}; delete from ${table} where ${where}`, `insert into ${table} select * from kept; drop table kept`];
const cases = [
  ["another amount", "update registration set amount = amount + 1", "update registration set amount = amount - 1", /amount is not what its last event says/],
  ["another name of a partner", "update partner set name = name || 'x'", "update partner set name = substr(name, 1, length(name) - 1)", /name is not what its last event says/],
  ["other facts of a decision", "update decision set facts = replace(facts, 'gold', 'platinum') where facts like '%gold%'", "update decision set facts = replace(facts, 'platinum', 'gold') where facts like '%own\":false%platinum%' and partner_id = (select id from partner where tier = 'gold')", /is not the one that was committed to/],
  ["another rule of a decision", "update decision set rule = rule || 'x'", "update decision set rule = substr(rule, 1, length(rule) - 1)", /is not the one that was committed to/],
  ["a decision removed", ...keep("decision", "id = (select max(id) from decision)"), /decisions for/],
  ["an event changed", "update event set payload = payload || ' ' where seq = 3", "update event set payload = substr(payload, 1, length(payload) - 1) where seq = 3", /audit tree's head/],
  ["an event's time changed", "update event set at = at + 1 where seq = 4", "update event set at = at - 1 where seq = 4", /audit tree's head/],
  ["an event removed", ...keep("event", "seq = 5"), /event 5 is missing/],
  ["a statement changed", "update log_leaf set statement = replace(statement, 'Korvath', 'Korvatk') where leaf_index = 0", "update log_leaf set statement = replace(statement, 'Korvatk', 'Korvath') where leaf_index = 0", /log tree's head/],
  ["the last statement removed", ...keep("log_leaf", "leaf_index = (select max(leaf_index) from log_leaf)"), /log tree's head/],
  ["a statement given to another registration", "update log_leaf set row_id = row_id + 1 where leaf_index = 0", "update log_leaf set row_id = row_id - 1 where leaf_index = 0", /log entry 0 is not of the event that it names/],
  ["a tile changed", "update tile set level = 5 where tree = 'log' and level = 0", "update tile set level = 0 where tree = 'log' and level = 5", /tile 0 of level 5 of the log tree is not what grew there/],
  ["a tile removed", ...keep("tile", "tree = 'audit' and level = 0"), /1 tiles of the audit tree are missing/],
  ["a head of before", "update tree_head set size = size - 1 where tree = 'log'", "update tree_head set size = size + 1 where tree = 'log'", /log tree's head/],
  ["a row removed", ...keep("certification", "id = (select max(id) from certification)"), /certification \w+ is missing/],
  ["a row put in", "insert into certification select id + 1, version, created, updated, (select id from partner where name = 'No Certificates'), product_line_id, 99, expires from certification where id = (select max(id) from certification)", "delete from certification where people = 99", /people is not what its last event says/],
  ["another value in a field of one's own", "update custom_value set num = num + 1", "update custom_value set num = num - 1", /custom.seats is not what its last event says/],
  ["a value in a field of one's own removed", ...keep("custom_value", "num is not null"), /custom.seats is not what its last event says/],
  ["a decision of nobody", "update decision set partner_id = -partner_id", "update decision set partner_id = -partner_id", /a row of decision refers by partner_id to a row of partner that is not there/],
  ["a claim on no account", "update protection set account_id = -account_id", "update protection set account_id = -account_id", /a row of protection refers by account_id to a row of account that is not there/],
  ["a registration of no line", "update registration set product_line_id = -product_line_id", "update registration set product_line_id = -product_line_id", /a row of registration refers by product_line_id to a row of product_line that is not there/],
  ["a protection taken away", "update protection set state = 'closed'", "update protection set state = 'live'", /approved registrations have no protection/],
  ["a protection given to another partner", "update protection set partner_id = (select id from partner where tier = 'platinum') where partner_id = (select id from partner where tier = 'gold')", "update protection set partner_id = (select id from partner where tier = 'gold')", /protections do not agree/],
  ["a protection prolonged", "update protection set until = until + 1", "update protection set until = until - 1", /protections do not agree/],
  ["a sum of the pipeline changed", "update pipeline_sum set amount = amount + 1", "update pipeline_sum set amount = amount - 1", /1 sums of the pipeline are not those of its deals; delete the row credit.days/],
  ["a sum of the pipeline put in", "insert into pipeline_sum values (7, 'open', 'none', '', 'EUR', 0, 1)", "delete from pipeline_sum where quarter = 7", /1 sums of the pipeline are not/],
  ["a deal counted as another", "update pipeline_counted set credit = 'sourced'; update pipeline_sum set credit = 'sourced'", "update pipeline_counted set credit = ''; update pipeline_sum set credit = ''", /1 deals stand in the pipeline's sums otherwise than they are/],
];

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival } = await t.cast();
  await t.must(t.admin, "/partners", { name: "No Certificates", tier: "registered", country: "DE", standing: "good", types: ["reseller"] });
  await t.must(t.admin, "/custom-fields", { noun: "partner", name: "seats", label: "Seats", kind: "integer" });
  await t.must(t.admin, `/partners/${gold.id}`, { custom: { seats: 12 } }, { method: "PATCH" });
  await t.must(gold.token, "/registrations", deal());
  await t.must(rival.token, "/registrations", deal());
  const early = t.file("early.checkpoint", (await t.fetch("/log/checkpoint")).text);
  await t.must(gold.token, "/registrations", deal({ company: "Later Company" }));
  await t.must(t.admin, "/opportunities", { name: "Zebulon", account_id: (await t.must(t.admin, "/accounts", { name: "Zebulon", status: "open" })).id, state: "open", amount: 700, currency: "EUR" });
  const counted = async () => { const q = await t.must(t.admin, "/opportunities/quarters", {}); return !q.counting && q.undated.deals === 1; };
  const followed = () => /^\s*2\s*$/m.test(t.sql("select count(*) from setting where name in ('credit.seq', 'touchpoint.seq') and cast(value as bigint) = (select max(seq) from event)").toString());
  ok("the deal is counted", await until(async () => (await counted()) && followed(), 30));
  await t.stop();
  ok("the database stands", t.check("--checkpoint", early).status === 0, t.check().stdout);
  // the log goes on under its own key only
  const other = new t.constructor("sqlite");
  const strange = t.tryRun("check", "--db", t.url, "--key", other.key);
  ok("another log's key is refused", strange.status === 3 && /is not the key that signed/.test(strange.stderr), strange.stderr);
  await other.end();
  const lost = t.tryRun("init", "--db", t.url, "--admin", "admin@velmora.example", "--key", t.key + ".lost");
  ok("a lost key is not replaced", lost.status === 3 && /is not there/.test(lost.stderr), lost.stderr);
  for (const [name, change, undo, said] of cases) {
    t.sql(change);
    const found = t.check();
    ok(`${name} is found`, found.status === 1 && said.test(found.stdout), found.stdout);
    t.sql(undo);
    ok(`without ${name} it stands again`, t.check().status === 0, t.check().stdout);
  }
  // the cure that the message names
  t.sql("update pipeline_sum set amount = amount + 1, deals = 5; delete from pipeline_counted");
  ok("sums that drifted are found", t.check().status === 1);
  t.sql("delete from setting where name = 'credit.days'");
  await t.start();
  ok("counted anew", await until(async () => (await counted()) && (await t.must(t.admin, "/opportunities/quarters", {})).undated.amount === "700.00", 30));
  await t.stop();
  ok("they stand again", t.check().status === 0, t.check().stdout);
});

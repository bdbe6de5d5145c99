// Marking all notices as read says what it did, and leaves nothing behind unsaid.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, operations } = await t.cast();
  const made = await t.must(gold.token, "/registrations", deal());
  await t.must(operations, `/registrations/${made.id}/dispute`, { text: "Ours." }); // its seller is told
  const before = (await t.must(gold.token, "/notices?state=new&limit=200")).items;
  ok("there are new notices", before.length > 0, before);
  const copies = 700;
  t.sql(`insert into notice (id, version, created, updated, person_id, text, path, state) with recursive k(i) as (select 1 union all select i + 1 from k where i < ${copies}) select n.id + k.i, 1, n.created, n.updated, n.person_id, n.text, n.path, 'new' from (select * from notice where state = 'new' order by id limit 1) n cross join k where n.person_id = (select id from person where email = 'maya@brightwater.example')`);
  const all = await t.must(gold.token, "/notices/read_all", {});
  ok("all are marked, however many, and it says so", all.read === before.length + copies && all.left === 0, all);
  ok("none is new", (await t.must(gold.token, "/notices?state=new")).items.length === 0);
});

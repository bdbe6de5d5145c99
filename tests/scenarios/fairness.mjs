// The public fairness page: counted from the feed once, by whichever process; small counts hidden.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  await t.must(t.admin, "/people", { name: "Jonas Adeyemi", email: "jonas@velmora.example", role: "partner_manager" });
  const second = t.token("jonas@velmora.example");
  const quarters = async () => JSON.parse((await t.fetch("/fairness?as=json")).text).quarters;
  const settled = async (good) => {
    for (let i = 0; i < 100; i++) {
      const q = (await quarters())[0];
      if (q && good(q)) return q;
      await new Promise((done) => setTimeout(done, 100));
    }
    return (await quarters())[0];
  };
  ok("before the first decision it says so", (await t.fetch("/fairness")).text.includes("Nothing has been decided yet"));

  for (const company of ["Glenmorra", "Perrimont Hotels", "Sablewood Energy", "Dornach Optik", "Lunde Shipping", "Castellane Pharma"]) await t.must(gold.token, "/registrations", deal({ company }));
  let q = await settled((k) => k.decided_by_rules === 6);
  ok("decisions of the rules are counted", q.decided_by_rules === 6 && q.median_seconds === 0, q);

  // a person decides more
  await t.must(t.admin, "/accounts", { name: "Tarnhelm Logistik", country: "DE", status: "named" });
  const decline = async (i) => {
    const r = (await t.api(gold.token, "/registrations", deal({ company: "Tarnhelm Logistik", product_line_id: i % 2 ? "Vaultic" : "Flowgate" }))).data;
    ok("a named account waits", r.status === "review", r);
    await t.must(operations, `/registrations/${r.id}/decline`, { reason: "The account team is at it." });
  };
  for (let i = 0; i < 3; i++) await decline(i);
  q = await settled((k) => k.decided_by_person === null);
  ok("three are fewer than five", q.decided_by_person === null, q);
  ok("what the rules decided would tell them by the page's sum", q.decided_by_rules === null, q);
  const page = (await t.fetch("/fairness")).text;
  ok("the page does not tell them by the share", page.includes("all but fewer than 5") && !/6[67]%/.test(page), page.slice(0, 400));
  ok("it is for everybody, and names nobody", !/Brightwater|Cedarline|Jonas|Ruth/.test(page));

  for (let i = 3; i < 5; i++) await decline(i);
  q = await settled((k) => k.decided_by_person === 5);
  ok("five are told, and the rest with them", q.decided_by_person === 5 && q.decided_by_rules === 6, q);

  // overrides
  const lost = (await t.must(gold.token, "/registrations?state=declined")).items;
  for (const r of lost.slice(0, 1)) {
    const o = await t.must(operations, "/overrides", { registration_id: r.id, outcome: "approve", reason: "Agreed with the account team." });
    await t.must(second, `/overrides/${o.id}/confirm`, {});
  }
  q = await settled((k) => k.overrides_confirmed === null);
  ok("an override is counted, and hidden", q.overrides_confirmed === null && q.overrides_asked === null, q);

  // counted once, by two processes, also after a restart
  if (t.url.startsWith("postgresql")) await t.start();
  await t.stop(t.servers[0]);
  await t.start();
  for (const company of ["Vintry Mutual", "Okapi Retail", "Brenholt Papier", "Eskmere Water", "Holmvarg Skog", "Quelmora Energie"]) await t.must(rival.token, "/registrations", deal({ company }));
  q = await settled((k) => k.decided_by_rules >= 12);
  ok("every decision is counted once", q.decided_by_rules === 12, q);
  const csv = (await t.fetch("/fairness?as=csv")).text;
  ok("the same as CSV", /decided_by_rules/.test(csv.split("\n")[0]) && /,?12,/.test(csv.split("\n")[1]), csv);
  ok("everything stands", t.check().status === 0, t.check().stdout);
});

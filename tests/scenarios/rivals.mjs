// Two rival partners: ids, names, counts, search, references and errors of the one tell the other nothing.
import { deal, onBoth, said } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, lines, operations } = await t.cast();
  const secret = "Zebulon Feinmechanik";
  const r = (await t.must(gold.token, "/registrations", deal({ company: secret, relationship: "Xylophon project" })));
  await t.must(gold.token, "/registrations/check", { company: "Yttrium Werke", country: "DE" });
  const goldPeople = (await t.must(t.admin, `/people?partner_id=${gold.id}`)).items;
  const account = (await t.must(t.admin, "/accounts?search=zebulon")).items[0];
  ok("the vendor finds the account", account?.name === secret);

  // what the customer has, through gold
  const has = { account_id: account.id, product_line_id: lines[1].id };
  const contract = await t.must(t.admin, "/contracts", { ...has, name: "Quokka frame", partner_id: gold.id, amount: 48123, starts: "2026-01-01", ends: "2099-12-31" });
  await t.must(t.admin, "/usage", { ...has, metric: "Quokka seats", month: "2026-01", quantity: 5 });
  await t.must(t.admin, "/satisfaction", { ...has, kind: "nps", score: 9, day: "2026-01-05", words: "Quokka runs" });
  await t.must(t.admin, "/customer-partners", { ...has, partner_id: gold.id, role: "deliver" });

  const ids = [r.id, gold.id, account.id, goldPeople[0].id, contract.id];
  const words = [secret, "Zebulon", "Xylophon", "Yttrium", "Quokka", "48123", "Brightwater", "maya@brightwater.example", ...ids];
  const quiet = (name, text) => ok(`${name} tells nothing`, !words.some((w) => text.includes(w)), text);

  const api = await t.must(null, "/openapi.json");
  const nouns = Object.keys(api.paths).filter((p) => /^(\/api\/v1)?\/[a-z-]+$/.test(p)).map((p) => p.replace("/api/v1", "")).filter((p) => api.paths[p]?.get || api.paths["/api/v1" + p]?.get);
  ok("there are nouns to try", nouns.length >= 8, nouns);
  for (const noun of nouns) {
    for (const query of ["", "?search=zebulon", "?limit=200&sort=created", `?partner_id=${gold.id}`, `?account_id=${account.id}`, `?person_id=${goldPeople[0].id}`])
      quiet(`GET ${noun}${query}`, (await t.api(rival.token, noun + query)).text);
    for (const id of ids) {
      const mine = await t.api(rival.token, `${noun}/${id}`), none = await t.api(rival.token, `${noun}/${id.slice(0, -4)}0000`);
      ok(`GET ${noun}/${id.slice(0, 4)} is as if it did not exist`, mine.status >= 400 && mine.status === none.status && said(mine) === said(none), mine.text + none.text);
    }
  }
  for (const verb of ["approve", "decline", "withdraw", "win", "lose", "lapse", "update"]) {
    const x = await t.api(rival.token, `/registrations/${r.id}/${verb}`, { reason: "x" });
    ok(`${verb} of another's registration is refused`, [403, 404, 405].includes(x.status), x.text);
    quiet(`${verb} of another's registration`, x.text);
  }
  // references to what one cannot see are as if it did not exist
  const ref = await t.api(rival.token, "/registrations", deal({ partner_id: gold.id }));
  ok("one cannot register for another partner", ref.status === 422, ref.text);
  quiet("registering for another partner", ref.text);
  const lost = await t.api(rival.token, "/registrations", deal({ company: secret }));
  ok("a lost conflict is declined", lost.data.status === "declined");
  ok("a lost conflict names no partner, person or date of the other", ![gold.id, r.id, account.id, "Brightwater", "Xylophon", r.protected_until, r.created].some((w) => lost.text.includes(w)), lost.text);
  const own = (await t.must(rival.token, "/decisions")).items, all = (await t.must(t.admin, "/decisions")).items;
  ok("a decision's commitment keeps its salt from the partner", own.length > 0 && own.every((d) => d.commitment === undefined) && all.every((d) => d.commitment.length === 129), own);
  quiet("the rival's own list", (await t.api(rival.token, "/registrations?fields=id,partner_name,account_id,contact_id")).text);
  // a dispute: neither side, nor a partner that has nothing to do with it, learns of the other
  const third = await t.must(t.admin, "/partners", { name: "Dunwell Systems", tier: "gold", domain: "dunwell.example", country: "DE", standing: "good", types: ["reseller"] });
  await t.must(t.admin, "/people", { name: "Seller of Dunwell", email: "dan@dunwell.example", role: "partner_seller", partner_id: third.id });
  const stranger = t.token("dan@dunwell.example");
  const form = new FormData();
  form.append("text", "Walrus meeting in May.");
  form.append("file", new Blob(["Walrus minutes"]), "walrus.txt");
  const opened = await fetch(`http://127.0.0.1:${t.port}/api/v1/registrations/${lost.data.id}/dispute`, { method: "POST", headers: { Authorization: `Bearer ${rival.token}` }, body: form });
  ok("a dispute is opened", opened.status === 200, await opened.text());
  const sides = (await t.must(t.admin, "/dispute-parties")).items, dispute = (await t.must(t.admin, "/disputes")).items[0];
  const [own2, other2] = [sides.find((s) => s.partner_id === rival.id), sides.find((s) => s.partner_id === gold.id)];
  await t.must(gold.token, `/dispute-parties/${other2.id}/say`, { text: "Narwhal contract since 2019." });
  await t.must(operations, `/disputes/${dispute.id}/say`, { text: "Ibex question.", to: "second" });
  await t.must(operations, `/disputes/${dispute.id}/say`, { text: "Lynx thought.", to: "nobody" });
  const files = (await t.must(t.admin, "/files")).items;
  const faces = [
    ["the claimant", rival.token, [...words.filter((w) => !/^Zebulon/.test(w)), "Narwhal", "Ibex", "Lynx", other2.id, dispute.id]],
    ["the holder", gold.token, ["Walrus", "walrus.txt", "Lynx", "Cedarline", rival.id, lost.data.id, own2.id, dispute.id, files[0].id]],
    ["a stranger", stranger, [...words, "Walrus", "walrus.txt", "Narwhal", "Ibex", "Lynx", "Cedarline", rival.id, lost.data.id, own2.id, other2.id, dispute.id, files[0].id]],
  ];
  for (const [who, token, hidden] of faces) {
    for (const noun of nouns)
      for (const query of ["", "?search=narwhal", "?search=walrus", `?partner_id=${gold.id}`, `?partner_id=${rival.id}`, "?state=open", `?dispute_id=${dispute.id}`, `?party_id=${own2.id}`, `?party_id=${other2.id}`, `?attached_to=${files[0].attached_to}`]) {
        const text = (await t.api(token, noun + query)).text;
        ok(`GET ${noun}${query} tells ${who} nothing`, !hidden.filter((w) => !query.includes(w)).some((w) => text.includes(w)), hidden.filter((w) => text.includes(w)).join() + text.slice(0, 600));
      }
    for (const [path, theirs] of [[`/dispute-parties/${own2.id}`, who === "the claimant"], [`/dispute-parties/${other2.id}`, who === "the holder"], [`/files/${files[0].id}`, who === "the claimant"]]) {
      const x = await t.api(token, path), none = await t.api(token, path.slice(0, -4) + "0000");
      ok(`GET ${path.slice(0, 20)} is ${theirs ? "there" : "as if it did not exist"} for ${who}`, theirs ? x.status === 200 : x.status === 404 && said(x) === said(none), x.text);
    }
    for (const path of [`/dispute-parties/${other2.id}/agree_order`, `/dispute-parties/${own2.id}/say`, `/files/${files[0].id}/download`, `/disputes/${dispute.id}/rule`, `/disputes/${dispute.id}/say`]) {
      const mine = (who === "the holder" && path.includes(other2.id)) || (who === "the claimant" && (path.includes(own2.id) || path.includes("/files/")));
      if (!mine) ok(`POST ${path.slice(0, 12)} is refused to ${who}`, [403, 404].includes((await t.api(token, path, { text: "x", to: "first", remedy: "moved", ruling: "x" })).status), path);
    }
  }

  // who asks for company after company comes to an end
  const asked = await Promise.all(Array.from({ length: 110 }, (_, i) => t.api(rival.token, "/registrations/check", { company: `Guessed ${i} Werke` })));
  const answered = asked.filter((x) => x.status === 200).length; // PostgreSQL's lanes may count at the same time
  ok("a hundred checks a day, not many more", answered >= 100 && answered <= 103 && asked.every((x) => x.status === 200 || x.status === 429), asked.map((x) => x.status).join());
  // who may not make an administrator does not unmake one
  const second = await t.must(t.admin, "/people", { name: "Ada Lindgren", email: "ada@velmora.example", role: "admin" });
  await t.must(t.admin, "/people", { name: "Piet Vos", email: "piet@velmora.example", role: "partner_manager" });
  const patch = (token, json) => t.api(token, `/people/${second.id}`, json, { method: "PATCH" });
  ok("operations cannot take an administrator's role away", (await patch(operations, { role: "auditor" })).status === 403);
  ok("a partner manager cannot rename an administrator", (await patch(t.token("piet@velmora.example"), { name: "Nobody" })).status === 403);
  ok("an administrator can", (await patch(t.admin, { role: "auditor" })).data.role === "auditor");

  // tokens without scope, without person
  const read = t.token("otto@cedarline.example", "read");
  ok("a reading token does not write", (await t.api(read, "/registrations", deal({ company: "A B C" }))).status === 403);
  ok("a made-up token is nobody", (await t.api("tdm_" + "A".repeat(43), "/registrations")).status === 401);
  ok("no token is nobody", (await t.api(null, "/registrations")).status === 401);
  await t.must(t.admin, `/people/${(await t.must(t.admin, `/people?partner_id=${rival.id}`)).items[0].id}/deactivate`, {});
  ok("a deactivated person's token is nobody", (await t.api(rival.token, "/registrations")).status === 401);
  ok("product lines are for all", (await t.must(gold.token, "/product-lines")).items.length === lines.length);
});

// The shared pipeline: two rival partners and the vendor on one deal. Who sees what through every face, who moves it,
// whose change wins, what adds up, what is told to whom, what ends with what.
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal, said } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, lines, operations } = await t.cast();
  const lena = await t.must(t.admin, "/people", { name: "Lena Vogt", email: "lena@velmora.example", role: "vendor_seller" });
  const seller = t.token("lena@velmora.example");
  const maya = (await t.must(t.admin, `/people?partner_id=${gold.id}`)).items[0], otto = (await t.must(t.admin, `/people?partner_id=${rival.id}`)).items[0];
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;
  const patch = { method: "PATCH" };
  const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);

  // ---- an approved registration becomes an opportunity ----
  const reg = await t.must(gold.token, "/registrations", deal());
  const converted = await t.must(seller, `/registrations/${reg.id}/convert`, {});
  const id = converted.opportunity_id, path = `/opportunities/${id}`;
  const opp = await t.must(seller, path);
  ok("converted, it has stage, date, amount and product", opp.stage === "discovery" && opp.closes?.endsWith("-31") && opp.amount === "84000.00" && (await t.must(seller, `/opportunity-lines?opportunity_id=${id}`)).items.length === 1, opp);
  const member = (await t.must(seller, `/opportunity-members?opportunity_id=${id}`)).items[0];
  ok("its partner is the source", member.partner_id === gold.id && member.role === "source" && member.person_id === maya.id, member);
  ok("the partner is told and sees it", (await t.must(gold.token, "/notices")).items.some((n) => n.path === path) && (await t.must(gold.token, path)).name.includes("Korvath"));
  const seen = await t.must(gold.token, path);
  ok("a partner sees the deal, not the vendor's side of it", !["account_id", "last_activity", "external_id", "reason", "previous_stage"].some((f) => seen[f] !== undefined), seen);
  ok("a rival sees nothing of it", (await status(rival.token, path)) === 404 && (await t.must(rival.token, "/opportunities")).items.length === 0);
  const twin = await t.must(t.admin, "/opportunities", { name: "CRM deal", account_id: opp.account_id, product_line_id: lines[1].id, state: "open", stage: "Qualified by SDR", amount: 5000 });
  ok("a CRM's stage stays as it is", (await t.must(seller, `/opportunities/${twin.id}`)).stage === "Qualified by SDR");
  const reg2 = await t.must(gold.token, "/registrations", deal({ product_line_id: "Vaultic" }));
  if (reg2.status === "review") await t.must(operations, `/registrations/${reg2.id}/approve`, { reason: "Go on." });
  const joined = await t.must(operations, `/registrations/${reg2.id}/convert`, {});
  ok("a second one joins the open deal of the same account and line", joined.opportunity_id === twin.id, joined);

  // ---- team and shares ----
  const add = (json) => t.api(operations, "/opportunity-members", { opportunity_id: id, ...json });
  await t.must(operations, `/opportunity-members/${member.id}`, { share_percent: 55 }, patch);
  ok("two sources there are not", (await add({ partner_id: rival.id, role: "source" })).status === 422);
  const over = await add({ partner_id: rival.id, role: "influence", share_percent: 45.01 });
  ok("shares add up to at most 100%", over.status === 422 && /55/.test(over.text), over.text);
  const second = await add({ partner_id: rival.id, role: "influence", share_percent: 45 });
  ok("to the hundredth", second.status === 201, second.text);
  ok("a partner stands there once", (await add({ partner_id: rival.id, role: "delivery" })).status === 422);
  ok("somebody of another company is not a partner's person", (await add({ partner_id: rival.id, role: "delivery", person_id: maya.id })).status === 422);
  ok("a role has its side", (await add({ person_id: lena.id, role: "delivery" })).status === 422);
  const engineer = await add({ person_id: lena.id, role: "engineer" });
  ok("the vendor's people are on the team", engineer.status === 201, engineer.text);
  ok("a partner adds nobody", (await status(gold.token, "/opportunity-members", { opportunity_id: id, partner_id: gold.id, role: "co_sell" })) === 403);

  // ---- amounts ----
  const line = await t.must(seller, "/opportunity-lines", { opportunity_id: id, product_line_id: lines[1].id, amount: 16000 });
  ok("the amount is the sum of its lines", (await t.must(seller, path)).amount === "100000.00");
  ok("and changed by them alone", (await status(seller, path, { amount: 5 }, patch)) === 422);
  ok("a line stands there once", (await status(seller, "/opportunity-lines", { opportunity_id: id, product_line_id: lines[1].id, amount: 1 })) === 422);
  await t.must(seller, `/opportunity-lines/${line.id}/remove`, {});
  ok("less a line that was removed", (await t.must(seller, path)).amount === "84000.00");
  const removed = (token) => t.must(token, `/opportunity-lines?opportunity_id=${id}&state=removed`).then((l) => l.items.length);
  ok("which the vendor alone finds", (await removed(seller)) === 1 && (await removed(gold.token)) === 0);
  await t.must(seller, `/opportunity-lines/${line.id}/restore`, {});
  ok("which can be taken back", (await t.must(seller, path)).amount === "100000.00");

  // ---- words, steps, files: between the vendor and one partner ----
  const secret = { step: "Walrus workshop", comment: "Narwhal budget", inside: "Ibex discount", theirs: "Heron price list", file: "heron.txt", other: "Quokka visit" };
  const step = await t.must(operations, "/plan-steps", { opportunity_id: id, text: secret.step, due: day(-2), side: "partner", partner_id: gold.id });
  ok("a step of a partner's side is its person's", step.owner_id === maya.id && (await t.must(gold.token, "/notices")).items.some((n) => n.text.includes(secret.step)), step);
  await t.must(rival.token, "/plan-steps", { opportunity_id: id, text: secret.other, due: day(3), side: "vendor" });
  const comment = await t.must(gold.token, "/opportunity-comments", { opportunity_id: id, text: `${secret.comment}: what says @lena vogt?` });
  const inside = await t.must(operations, "/opportunity-comments", { opportunity_id: id, text: `${secret.inside} @Seller of Brightwater Integration` });
  ok("a partner's words are shared with the vendor alone, the vendor's with nobody", comment.partner_id === gold.id && !inside.partner_id, [comment, inside]);
  const notices = async (token) => (await t.must(token, "/notices")).items.filter((n) => /mentioned you/.test(n.text)).length;
  ok("who is mentioned and may read it is told", (await notices(seller)) === 1 && (await notices(rival.token)) === 0 && (await notices(gold.token)) === 0);
  ok("nobody is shared with who is not on the team", (await status(operations, "/opportunity-comments", { opportunity_id: twin.id, text: "x", partner_id: rival.id })) === 422);
  const form = new FormData();
  form.append("opportunity_id", id);
  form.append("text", secret.theirs);
  form.append("file", new Blob(["Heron"]), secret.file);
  const sent = await fetch(`http://127.0.0.1:${t.port}/api/v1/opportunity-comments`, { method: "POST", headers: { Authorization: `Bearer ${rival.token}` }, body: form });
  ok("a file comes with words", sent.status === 201, await sent.text());
  ok("with neither nothing is said", (await status(gold.token, "/opportunity-comments", { opportunity_id: id })) === 422);

  // ---- neither partner learns of the other, through any face ----
  const browsers = {};
  for (const [who, email] of [["gold", "maya@brightwater.example"], ["rival", "otto@cedarline.example"]]) await (browsers[who] = new Browser(t)).signIn(email);
  const rivalMember = (await t.must(operations, `/opportunity-members?opportunity_id=${id}`)).items.find((m) => m.partner_id === rival.id);
  const hidden = {
    gold: ["Cedarline", "Otto", rival.id, otto.id, rivalMember.id, secret.inside, secret.theirs, secret.file, secret.other, "45%", "45.0"],
    rival: ["Brightwater", "Maya", gold.id, maya.id, member.id, reg.id, secret.inside, secret.step, secret.comment, "55%", "55.0"],
  };
  const api = await t.must(null, "/openapi.json");
  const nouns = Object.keys(api.paths).map((p) => p.replace("/api/v1", "")).filter((p) => /^\/[a-z-]+$/.test(p) && api.paths[p]?.get);
  for (const [who, token] of [["gold", gold.token], ["rival", rival.token]]) {
    const tells = (name, text, query = "") => ok(`${name} tells the ${who} nothing of the other`, !hidden[who].filter((w) => !query.includes(w)).some((w) => text.includes(w)), hidden[who].filter((w) => text.includes(w)).join() + " in " + text.slice(0, 400));
    for (const noun of nouns.filter((n) => /opportunit|plan-steps|files|notices|people|partners/.test(n)))
      for (const query of ["", `?opportunity_id=${id}`, "?search=walrus", "?search=heron", "?search=korvath", `?partner_id=${who === "gold" ? rival.id : gold.id}`, "?limit=200&sort=created"]) tells(`GET ${noun}${query}`, (await t.api(token, noun + query)).text, query);
    const pages = [path, "/pipeline", "/pipeline?whose=mine", "/pipeline/forecast", "/opportunities?state=open", "/opportunities.csv", "/plan-steps", "/plan-steps.csv", "/opportunity-members.csv", "/opportunity-comments.csv", "/opportunity-comments.json", "/files.csv", "/search?q=heron", "/search?q=walrus", "/search?q=korvath", "/today", "/notices"];
    for (const page of pages) tells(`page ${page}`, (await browsers[who].fetch(page)).text.replace(/class="[^"]*"/g, ""), page);
    for (const [noun, one] of [["plan-steps", who === "gold" ? null : step.id], ["opportunity-comments", who === "gold" ? inside.id : comment.id], ["opportunity-members", who === "gold" ? rivalMember.id : member.id]])
      if (one) {
        const mine = await t.api(token, `/${noun}/${one}`), none = await t.api(token, `/${noun}/${one.slice(0, -4)}0000`);
        ok(`GET /${noun} of the other is as if it did not exist`, mine.status === 404 && said(mine) === said(none), mine.text);
      }
  }
  const count = async (token, noun) => (await t.must(token, `${noun}?opportunity_id=${id}`)).items.length;
  ok("each counts its own and the vendor's", (await count(gold.token, "/opportunity-members")) === 2 && (await count(gold.token, "/plan-steps")) === 1 && (await count(rival.token, "/opportunity-comments")) === 1 && (await count(seller, "/opportunity-comments")) === 3);
  const page = (await browsers.gold.fetch(path)).text;
  ok("the page has plan, words and team for both sides", [secret.step, secret.comment, "Lena Vogt", "1 step is overdue", "55%"].every((w) => page.includes(w)), page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 1500));
  const vendorBrowser = new Browser(t);
  await vendorBrowser.signIn("lena@velmora.example");
  const vendorPage = (await vendorBrowser.fetch(path)).text;
  ok("the vendor reads everything, and with whom it is shared", [secret.step, secret.comment, secret.inside, secret.theirs, secret.file, secret.other, "with Cedarline Consulting", "only Velmora"].every((w) => vendorPage.includes(w)), vendorPage.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 1500));

  // ---- the plan ----
  ok("what the vendor wrote a partner does not rewrite", (await status(gold.token, `/plan-steps/${step.id}`, { text: "x" }, patch)) === 403);
  await t.must(gold.token, `/plan-steps/${step.id}/finish`, {});
  ok("but ticks", (await t.must(seller, `/plan-steps/${step.id}`)).state === "done");
  await t.must(seller, `/plan-steps/${step.id}/reopen`, {});

  // ---- stages ----
  ok("who only influences does not move it", (await status(rival.token, `${path}/move`, { stage: "evaluation" })) === 403);
  ok("who sells does", (await t.must(gold.token, `${path}/move`, { stage: "evaluation" })).stage === "evaluation");
  ok("who works on it is told", (await t.must(seller, "/notices")).items.some((n) => n.text.includes("is now in Evaluation")));
  const stage = await t.api(seller, `/opportunities/${twin.id}/move`, { stage: "negotiation" });
  ok("a stage asks for what it requires", stage.status === 422 && /Close date/.test(stage.text) && /Next step/.test(stage.text), stage.text);
  ok("there is no other stage", (await status(seller, `${path}/move`, { stage: "made_up" })) === 422);
  await t.must(gold.token, `${path}/move_back`, {});
  ok("a move is taken back", (await t.must(seller, path)).stage === "discovery");
  await t.must(gold.token, `${path}/reschedule`, { closes: day(40) });

  // a stale board: whose change won
  const csrf = /name="csrf" value="([^"]+)"/.exec((await browsers.gold.fetch("/pipeline")).text)[1];
  const board = (await browsers.gold.fetch("/pipeline")).text, version = new RegExp(`id="${id}" data-version="(\\d+)"`).exec(board)?.[1];
  ok("the board shows the card with its version", Boolean(version), board.slice(-1500));
  ok("who does not move it gets no handle", new RegExp(`id="${id}">`).test((await browsers.rival.fetch("/pipeline")).text));
  await t.must(rival.token, `${path}/move`, { stage: "evaluation" }).catch(() => {});
  await t.must(operations, `${path}/move`, { stage: "proposal" });
  const drop = await browsers.gold.post(`${path}/move`, { csrf, page: "/pipeline", row: id, stage: "evaluation", if_version: version, then: "/pipeline" });
  ok("a stale drop is refused, and told who won without a name", drop.status === 412 && /was changed meanwhile/.test(drop.text) && /Velmora, .*: Moved/.test(drop.text) && !/Ruth/.test(drop.text), drop.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 1200));
  ok("nothing was changed by it", (await t.must(seller, path)).stage === "proposal");
  ok("through REST, too", (await status(gold.token, `${path}/move`, { stage: "evaluation" }, { headers: { "If-Match": `"${version}"` } })) === 412);

  // ---- forecast ----
  const figures = (await vendorBrowser.fetch("/pipeline/forecast")).text;
  ok("every figure of the forecast leads to its deals", /<a class="fig"/.test(figures) && !/<td class="num[^>]*><span title/.test(figures), figures.slice(-2500));
  const total = /<th scope="row">Total<\/th>([^]*?)<\/tr>/.exec(figures)[1].replaceAll("&amp;", "&").match(/href="[^"]*"/g);
  const behind = await Promise.all(total.filter((x) => !x.includes("state=won")).map((x) => vendorBrowser.fetch(x.slice(6, -1).split("#")[0])));
  ok("those of the total, too", behind.length > 2 && behind.every((r) => r.status === 200 && /\/opportunities\/opp_/.test(r.text)), total);
  const forecast = figures.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  ok("the forecast has it in its category", /Best case/.test(forecast) && /€100 k|€100,000/.test(forecast), forecast.slice(-900));
  const none = (await browsers.rival.fetch("/pipeline/forecast?month=later&category=best_case")).status;
  ok("and answers to what is asked for", none === 200);

  // ---- off the team, won, open again ----
  const file = (await t.must(rival.token, "/files")).items.find((f) => f.name === secret.file), words = (await t.must(rival.token, "/opportunity-comments")).items.find((c) => c.text === secret.theirs);
  const download = async (token) => (await t.api(token, `/files/${file.id}/download`, {})).status;
  ok("a comment's file is read where the comment is", (await download(rival.token)) === 200 && file.comment_id === words.id, file);
  await t.must(rival.token, `/opportunity-comments/${words.id}/remove`, {});
  ok("deleted, its file is gone, too", (await download(rival.token)) === 404 && (await download(operations)) === 404 && !(await t.must(operations, "/files")).items.some((f) => f.id === file.id));
  await t.must(rival.token, `/opportunity-comments/${words.id}/restore`, {});
  ok("and back with it", (await download(rival.token)) === 200 && (await download(operations)) === 200);
  const promise = await t.must(operations, "/plan-steps", { opportunity_id: id, text: "Heron discount", due: day(4), side: "vendor", partner_id: rival.id });
  await t.must(operations, `/plan-steps/${promise.id}/remove`, {});
  ok("a step that the vendor took back is not the partner's to read or to restore", (await status(rival.token, `/plan-steps/${promise.id}`)) === 404 && (await status(rival.token, `/plan-steps/${promise.id}/restore`, {})) === 404);
  await t.must(operations, `/opportunity-members/${rivalMember.id}/remove`, {});
  ok("who is off the team reads no file of it", (await download(rival.token)) === 404 && (await t.must(rival.token, "/files")).items.length === 0);
  ok("who is off the team sees nothing of it any more", (await status(rival.token, path)) === 404 && (await count(operations, "/opportunity-comments")) >= 3 && (await t.must(rival.token, "/opportunity-comments")).items.length === 0 && (await t.must(rival.token, "/plan-steps")).items.length === 0);
  await t.must(operations, `/opportunity-members/${rivalMember.id}/restore`, {});
  ok("put back, everything", (await status(rival.token, path)) === 200 && (await download(rival.token)) === 200);
  ok("a partner does not end the deal", (await status(gold.token, `${path}/win`, {})) === 403);
  await t.must(seller, `${path}/win`, {});
  ok("won, its registration is won, too", (await t.must(gold.token, `/registrations/${reg.id}`)).state === "won" && (await t.must(gold.token, path)).state === "won");
  ok("what is closed takes no more words", (await status(gold.token, "/opportunity-comments", { opportunity_id: id, text: "x" })) === 409);
  await t.must(seller, `${path}/reopen`, {});
  ok("open again, the registration stays as it ended", (await t.must(gold.token, `/registrations/${reg.id}`)).state === "won" && (await t.must(seller, path)).closed === null);
  await t.must(seller, `/opportunities/${twin.id}/lose`, { reason: "Ptarmigan: no budget" });
  ok("lost, its registration is lost", (await t.must(gold.token, `/registrations/${reg2.id}`)).state === "lost");
  ok("why is the vendor's", !(await t.api(gold.token, `/opportunities/${twin.id}`)).text.includes("Ptarmigan") && !(await browsers.gold.fetch(`/opportunities/${twin.id}`)).text.includes("Ptarmigan"));

  const check = t.check();
  ok("the audit agrees", check.status === 0, check.stdout + check.stderr);
});

// kill -9 under load: no acknowledged registration is lost, none is half there, log and audit stay whole.
import { onBoth, deal } from "./lib/tandem.mjs";

const rounds = Number(process.env.TANDEM_KILLS ?? 20);

await onBoth(async (t, ok) => {
  await t.start();
  const { gold } = await t.cast();
  const acknowledged = new Map();
  let unanswered = 0, n = 0;
  for (let round = 0; round < (t.kind === "sqlite" ? rounds : Math.ceil(rounds / 4)); round++) {
    const child = t.servers.at(-1);
    let dead = false;
    const clients = Array.from({ length: 8 }, async () => {
      while (!dead) {
        const company = `Crash ${(n++).toString(36)} ${Math.random().toString(36).slice(2, 9)} Werke`;
        try {
          const r = await t.api(gold.token, "/registrations", deal({ company }));
          if (r.status === 201) acknowledged.set(r.data.id, company);
        } catch { unanswered++; return; }
      }
    });
    await new Promise((done) => setTimeout(done, (t.kind === "sqlite" ? 100 : 400) + Math.random() * 200));
    await t.stop(child, "SIGKILL");
    dead = true;
    await Promise.all(clients);
    await t.start();
  }
  const present = new Map();
  let after = null;
  do {
    const page = await t.must(t.admin, `/registrations?limit=200&sort=created${after ? "&after=" + encodeURIComponent(after) : ""}&fields=company`);
    for (const r of page.items) present.set(r.id, r.company);
    after = page.next;
  } while (after);
  ok("there was load", acknowledged.size > rounds, acknowledged.size);
  ok(`${acknowledged.size} acknowledged registrations are all there`, [...acknowledged].every(([id, company]) => present.get(id) === company));
  ok("no more are there than were sent", present.size <= acknowledged.size + unanswered, [present.size, acknowledged.size, unanswered]);
  const check = t.check();
  ok("log, audit and rows stand", check.status === 0, check.stdout + check.stderr);
});

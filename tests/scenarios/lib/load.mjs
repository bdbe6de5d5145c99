// Registrations without pause, and what must be so after whatever was done to the server meanwhile.
import { deal } from "./tandem.mjs";

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// Until FN holds; false after SECONDS.
export async function until(fn, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(50)) if (await fn()) return true;
  return false;
}

export class Load {
  acknowledged = new Map(); // id: company
  refused = []; // every answer but 201
  unanswered = 0;
  #stopped = true;
  #clients = [];
  constructor(t, token) {
    Object.assign(this, { t, token });
  }
  start(clients = 8) {
    this.#stopped = false;
    this.#clients = Array.from({ length: clients }, () => this.#client());
  }
  async #client() {
    while (!this.#stopped) {
      const company = `${Math.random().toString(36).slice(2, 7)} ${Math.random().toString(36).slice(2, 9)} Werke`;
      try {
        const r = await this.t.api(this.token, "/registrations", deal({ company }));
        if (r.status === 201) this.acknowledged.set(r.data.id, company);
        else if (r.status === 502) this.unanswered++; // a proxy's word for it
        else this.refused.push(r);
        if (r.status !== 201) await wait(20);
      } catch (e) {
        if (e.cause?.code !== "ECONNREFUSED") this.unanswered++;
        await wait(20);
      }
    }
  }
  async stop() {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }
  // More are acknowledged than before.
  goesOn(seconds) {
    const before = this.acknowledged.size;
    return until(() => this.acknowledged.size > before + 10, seconds);
  }
  async present() {
    const present = new Map();
    let after = null;
    do {
      const page = await this.t.must(this.t.admin, `/registrations?limit=200&sort=created${after ? "&after=" + encodeURIComponent(after) : ""}&fields=company`);
      for (const r of page.items) present.set(r.id, r.company);
      after = page.next;
    } while (after);
    return present;
  }
  async judge(ok) {
    const present = await this.present();
    const missing = [...this.acknowledged].filter(([id, company]) => present.get(id) !== company);
    ok(`${this.acknowledged.size} acknowledged registrations are all there`, this.acknowledged.size > 0 && missing.length === 0, missing.map(([id, company]) => [id, company, present.get(id)]));
    ok("what was refused was not stored", present.size <= this.acknowledged.size + this.unanswered, [present.size, this.acknowledged.size, this.unanswered]);
    const check = this.t.check();
    ok("log, audit and rows stand", check.status === 0, check.stdout + check.stderr);
  }
  // Each refusal is a 503 as the API describes it.
  clear(ok) {
    const unclear = this.refused.filter((r) => !(r.status === 503 && r.headers.get("content-type").startsWith("application/problem+json") && r.data.type.endsWith("/unavailable") && Number(r.headers.get("retry-after")) > 0));
    ok("every refusal is a clear 503", unclear.length === 0, unclear.slice(0, 3).map((r) => r.status + r.text));
  }
}

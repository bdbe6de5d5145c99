// Sends a request of a Postman collection as Postman does: its script first, which may call and set variables, then itself.
// And whether a collection is one of format 2.1, as far as ours uses it.
const AsyncFunction = (async () => {}).constructor;
const FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

export const requests = (collection) => collection.item.flatMap((folder) => folder.item.map((item) => ({ folder: folder.name, ...item })));

// What is wrong with it, by the format's required members and their types.
export function misshapen(collection) {
  const wrong = [];
  const want = (good, what) => good || wrong.push(what);
  const text = (v) => typeof v === "string" && v.length > 0;
  want(text(collection.info?.name) && collection.info.schema === FORMAT, "info");
  want(collection.auth?.type === "bearer" && collection.auth.bearer.every((b) => text(b.key) && "value" in b), "auth");
  want(collection.variable?.every((v) => text(v.key) && typeof v.value === "string"), "variable");
  for (const folder of collection.item) want(text(folder.name) && Array.isArray(folder.item) && folder.item.length > 0, folder.name);
  const request = (r, at) => {
    want(["GET", "POST", "PATCH", "DELETE"].includes(r.method) && Array.isArray(r.header), `${at}: method`);
    want(text(r.url.raw) && r.url.host.join() === "{{base_url}}" && r.url.path.every(text) && (r.url.query ?? []).every((q) => text(q.key) && text(q.value)), `${at}: url`);
    want(r.url.raw === `{{base_url}}/${r.url.path.join("/")}${r.url.query ? `?${r.url.query.map((q) => `${q.key}=${q.value}`).join("&")}` : ""}`, `${at}: raw url`);
    want(!r.body || (r.body.mode === "raw" && text(r.body.raw)), `${at}: body`);
  };
  for (const item of requests(collection)) {
    const at = `${item.folder}, ${item.name}`;
    want(text(item.name), at);
    request(item.request, at);
    for (const e of item.event ?? []) want(e.listen === "prerequest" && e.script.type === "text/javascript" && e.script.exec.every((l) => typeof l === "string"), `${at}: event`);
    for (const r of item.response) {
      want(text(r.name) && Number.isInteger(r.code) && text(r.status) && Array.isArray(r.header) && JSON.parse(r.body) !== null, `${at}: response`);
      request(r.originalRequest, at);
    }
  }
  return wrong;
}

// The answer, or a text that says what did not work. BASE and TOKEN are its variables.
export async function send(item, base, token) {
  const variables = new Map([["base_url", base], ["token", token]]);
  const fill = (value) => value.replace(/\{\{(\w+)\}\}/g, (whole, name) => variables.get(name) ?? whole);
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const waiting = [];
  const pm = {
    variables: { replaceIn: fill, set: (name, value) => variables.set(name, value) },
    sendRequest: (r, done) => waiting.push(async () => {
      const answer = await fetch(r.url, { method: r.method, headers: r.header, body: r.body?.raw });
      const text = await answer.text();
      done(null, { json: () => JSON.parse(text) });
    }),
  };
  for (const event of item.event ?? []) await new AsyncFunction("pm", event.script.exec.join("\n"))(pm);
  while (waiting.length) await waiting.shift()();
  return fetch(fill(item.request.url.raw), { method: item.request.method, headers, body: item.request.body && fill(item.request.body.raw) });
}

// psi.mjs lists DIR N: two lists of companies, N and N / 10, a quarter of the shorter in both.
// psi.mjs peer N: the same intersection by @openmined/psi.js (WebAssembly), as lines "name value".
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";

const server = (i) => `company${i}.example.com`;
const client = (i) => (i % 4 === 0 ? server(i * 7) : `other${i}.example.org`);
const list = (n, name) => Array.from({ length: n }, (_, i) => name(i));

async function write(path, domains) {
  const out = createWriteStream(path);
  out.write("id,name,domain\n");
  domains.forEach((d, i) => out.write(`${i},Company ${i},www.${d.replace(".example", "")}\n`));
  out.end();
  await once(out, "finish");
}

async function peer(n) {
  const { default: PSI } = await import("@openmined/psi.js");
  const psi = await PSI();
  const a = list(n, server), b = list(n / 10, client);
  const began = Date.now();
  const s = psi.server.createWithNewKey(true), c = psi.client.createWithNewKey(true);
  const setup = s.createSetupMessage(1e-6, b.length, a, psi.dataStructure.GCS);
  const request = c.createRequest(b), response = s.processRequest(request);
  const common = c.getIntersection(setup, response).length;
  const bytes = (m) => m.serializeBinary().length;
  console.log(`ms ${Date.now() - began}\nsetup ${bytes(setup)}\nmessages ${bytes(request) + bytes(response)}\ncommon ${common}`);
}

const [what, ...rest] = process.argv.slice(2);
if (what === "lists") {
  const n = Number(rest[1]);
  await write(join(rest[0], "server.csv"), list(n, server));
  await write(join(rest[0], "client.csv"), list(n / 10, client));
} else {
  await peer(Number(rest[0]));
}

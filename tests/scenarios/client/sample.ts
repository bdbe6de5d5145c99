// A small program of a partner that uses the generated types: it registers a deal, reads it back and walks through the list.
import type { components, operations, paths } from "./api";

declare const process: { argv: string[] };
const [, , base, token] = process.argv;

type Registration = components["schemas"]["Registration"];
type Problem = components["schemas"]["Problem"];
type Page = operations["registration_list"]["responses"][200]["content"]["application/json"];
type Input = NonNullable<paths["/api/v1/registrations"]["post"]["requestBody"]>["content"]["application/json"];

class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(base + path, { ...init, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...init.headers } });
  if (!answer.ok) throw new Refused((await answer.json()) as Problem);
  return (await answer.json()) as T;
}

const input: Input = { company: "Hartwell Instruments", country: "GB", product_line_id: "Flowgate", amount: "60000", close_month: `${new Date().getFullYear() + 1}-03` };
const made = await call<Registration>("/api/v1/registrations", { method: "POST", body: JSON.stringify(input), headers: { "Idempotency-Key": "sample-0001" } });
const again = await call<Registration>(`/api/v1/registrations/${made.id}`);
if (again.company !== input.company) throw new Error("it is another row");

let after: string | null = null, seen = 0;
do {
  const page: Page = await call<Page>(`/api/v1/registrations?limit=2${after ? `&after=${encodeURIComponent(after)}` : ""}`);
  seen += page.items.length;
  after = page.next;
} while (after && seen < 100);

try {
  await call<Registration>("/api/v1/registrations", { method: "POST", body: "{}" });
} catch (e) {
  if (!(e instanceof Refused) || !e.problem.errors?.some((one) => one.field === "company")) throw e;
  console.log(`${made.id} ${seen}`);
}

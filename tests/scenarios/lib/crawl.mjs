// The pages that links lead to, one of each kind.

// An address without its ids and values, which are all alike.
export function kindOf(path) {
  const url = new URL(path, "http://x");
  return `${url.pathname.replace(/[a-z]+_[0-9A-Z]{13}/g, ":id")} ${[...url.searchParams.keys()].sort()}`;
}

// Their addresses, as GET finds them from "/" on and from STARTS. GET: (path) => { headers, text }; KIND: what is alike.
export async function crawl(get, { starts = [], kind = kindOf, most = 500 } = {}) {
  const todo = ["/", ...starts], found = new Map(todo.map((path) => [kind(path), path]));
  for (let at; (at = todo.shift()) !== undefined; ) {
    const { headers, text } = await get(at), to = headers.get("location"), links = [...text.matchAll(/href="(\/[^"#]*)/g)].map(([, href]) => href.replaceAll("&amp;", "&"));
    for (const link of to?.startsWith("/") ? [to] : links)
      if (!/^\/static|\.(csv|xlsx|jsonl?)\b|\/(sign-out|download|receipt)/.test(link) && !found.has(kind(link)) && found.size < most) {
        found.set(kind(link), link);
        todo.push(link);
      }
  }
  return [...found.values()];
}

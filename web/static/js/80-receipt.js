/* /log/check: a receipt or a checkpoint of the public log, checked here as docs/receipt-format.md describes it.
   Nothing is uploaded; the texts of every step stand in the page. */
{
  const RECEIPT_MAX = 1 << 20;
  const encoder = new TextEncoder();

  /* ---- bytes ---- */

  const base64 = (text, size) => {
    if (typeof text !== "string") throw Error("no text");
    const raw = atob(text);
    if (btoa(raw) !== text || (size !== undefined && raw.length !== size)) throw Error("no canonical base64");
    return Uint8Array.from(raw, (c) => c.charCodeAt(0));
  };
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of parts) {
      all.set(p, at);
      at += p.length;
    }
    return all;
  };
  const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
  const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
  const node = (a, b) => sha256([1], a, b);
  const count = (v) => {
    if (!Number.isSafeInteger(v) || v < 0) throw Error("no count");
    return BigInt(v);
  };

  /* RFC 8785. Sorting strings in JavaScript sorts by UTF-16 code units, as it asks for. */
  const canonical = (v) => {
    if (Array.isArray(v)) return `[${v.map(canonical).join()}]`;
    if (v === null || typeof v !== "object") return JSON.stringify(v);
    return `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join()}}`;
  };

  /* ---- keys and notes ---- */

  const readKey = async (line) => {
    const [, name, id, key] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line);
    const typed = base64(key, 33);
    const hash = await sha256(encoder.encode(`${name}\n`), typed);
    if (typed[0] !== 1 || hex(hash.subarray(0, 4)) !== id) throw Error("no key of a log");
    return { line, name, id, bytes: typed.subarray(1), from: 0n, until: null };
  };

  /* As /log/key serves them: the newest first; the older one signs up to the size where the newer begins. */
  const readKeys = async (text) => {
    const keys = [];
    let from = 0n;
    for (const raw of text.split("\n")) {
      const line = raw.trim();
      const began = /^# from size (\d+)/.exec(line);
      if (began) from = BigInt(began[1]);
      if (!line || line.startsWith("#")) continue;
      const key = await readKey(line);
      key.from = from;
      if (keys.length && keys.at(-1).from && keys.at(-1).name === key.name) key.until = keys.at(-1).from;
      keys.push(key);
      from = 0n;
    }
    if (!keys.length) throw Error("no key");
    return keys;
  };

  const readNote = (note) => {
    const cut = note.lastIndexOf("\n\n") + 1;
    // eslint-disable-next-line no-control-regex
    if (cut < 1 || !note.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(note)) throw Error("no note");
    const text = note.slice(0, cut);
    const lines = note.slice(cut + 1, -1).split("\n").map((line) => {
      const [, name, bytes] = /^\u2014 (\S+) (\S+)$/.exec(line);
      return { name, bytes: base64(bytes) };
    });
    const [origin, size, root] = text.split("\n");
    if (!origin || !/^(0|[1-9]\d{0,18})$/.test(size)) throw Error("no checkpoint");
    return { text, lines, origin, size: BigInt(size), root: base64(root, 32), time: /\ntime (\S+)\n/.exec(text)?.[1] };
  };

  const verifies = async (key, bytes, text) => {
    const imported = await crypto.subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, imported, bytes, encoder.encode(text));
  };

  /* "good", "bad", "replaced", or "skipped" where the browser has no Ed25519. *by* is the key that signed. */
  const signedBy = async (note, keys) => {
    let replaced = false;
    for (const key of keys) {
      const mine = note.lines.filter((l) => l.name === key.name && hex(l.bytes.subarray(0, 4)) === key.id);
      if (!mine.length) continue;
      for (const line of mine) {
        let good;
        try {
          good = await verifies(key, line.bytes.subarray(4), note.text);
        } catch {
          return { finding: "skipped", by: key };
        }
        if (!good) return { finding: "bad" };
      }
      if (note.size >= key.from && (key.until === null || note.size <= key.until)) return { finding: "good", by: key };
      replaced = true;
    }
    return { finding: replaced ? "replaced" : "bad" };
  };

  /* ---- proofs: RFC 9162, 2.1.3.2 and 2.1.4.2 ---- */

  const included = async (leaf, index, size, proof, root) => {
    let fn = index, sn = size - 1n, h = leaf;
    if (index >= size) return false;
    for (const p of proof) {
      if (sn === 0n) return false;
      if (fn & 1n || fn === sn) {
        h = await node(p, h);
        while (!(fn & 1n) && fn) { fn >>= 1n; sn >>= 1n; }
      } else {
        h = await node(h, p);
      }
      fn >>= 1n;
      sn >>= 1n;
    }
    return sn === 0n && same(h, root);
  };

  const continues = async (old, oldRoot, size, root, given) => {
    if (old === size) return same(oldRoot, root);
    if (old === 0n) return true;
    const proof = [...given];
    let fn = old - 1n, sn = size - 1n;
    while (fn & 1n) { fn >>= 1n; sn >>= 1n; }
    if (!proof.length) return false;
    let fr = old & (old - 1n) ? proof.shift() : oldRoot, sr = fr;
    for (const p of proof) {
      if (sn === 0n) return false;
      if (fn & 1n || fn === sn) {
        fr = await node(p, fr);
        sr = await node(p, sr);
        while (!(fn & 1n) && fn) { fn >>= 1n; sn >>= 1n; }
      } else {
        sr = await node(sr, p);
      }
      fn >>= 1n;
      sn >>= 1n;
    }
    return sn === 0n && same(fr, oldRoot) && same(sr, root);
  };

  /* ---- the page ---- */

  const form = document.querySelector("form[data-check]");
  const result = document.querySelector("[data-check-result]");
  const fetched = async (path) => {
    const r = await fetch(path, { redirect: "error", cache: "no-store" });
    if (!r.ok) throw Error(String(r.status));
    return r.text();
  };
  const say = (step, when, detail) => {
    const item = result.querySelector(`[data-step=${step}]`);
    item.hidden = false;
    for (const text of item.querySelectorAll("[data-when]")) text.hidden = text.dataset.when !== when;
    const box = item.querySelector("[data-detail]");
    if (box) box.textContent = detail ?? "";
  };
  const clear = () => {
    result.hidden = false;
    for (const item of result.querySelectorAll("[data-step], [data-verdict], [data-check-statement]")) item.hidden = true;
  };
  const end = (verdict) => {
    const box = result.querySelector(`[data-verdict=${verdict}]`);
    box.hidden = false;
    result.dataset.found = verdict;
    box.scrollIntoView({ block: "nearest" });
  };

  /* Runs a step; when it throws, *bad* is what the page says of it. */
  class Failed extends Error {}
  const step = async (name, fn) => {
    try {
      return await fn();
    } catch (e) {
      if (!(e instanceof Failed)) say(name, "bad");
      throw new Failed(name);
    }
  };
  const fail = (name, when) => {
    say(name, when ?? "bad");
    throw new Failed(name);
  };

  const readFile = (text) => {
    if (text.length > RECEIPT_MAX) throw Error("too long");
    if (!text.trimStart().startsWith("{")) return { note: `${text.replace(/\r/g, "").trim()}\n` };
    const receipt = JSON.parse(text);
    if (receipt.type !== "tandem-receipt/1" || typeof receipt.checkpoint !== "string") throw Error("no receipt");
    return { receipt, note: receipt.checkpoint };
  };

  const showStatement = (statement) => {
    const box = result.querySelector("[data-check-statement]");
    box.hidden = false;
    box.querySelector("pre").textContent = JSON.stringify(statement, null, 2);
  };

  /* The receipt's own steps: entry and place. */
  const checkEntry = async (receipt, note) => {
    const leaf = await step("leaf", async () => {
      if (receipt.statement === null || typeof receipt.statement !== "object" || Array.isArray(receipt.statement)) throw Error("no statement");
      return sha256([0], base64(receipt.salt, 32), encoder.encode(canonical(receipt.statement)));
    });
    say("leaf", "good", hex(leaf));
    await step("proof", async () => {
      const proof = receipt.proof.map((p) => base64(p, 32));
      if (proof.length > 64 || !(await included(leaf, count(receipt.index), note.size, proof, note.root))) fail("proof");
    });
    say("proof", "good", `${receipt.index + 1} / ${note.size}`);
    showStatement(receipt.statement);
  };

  /* That today's log continues the file's. True when it does; false: it was rewritten. */
  const checkToday = async (note, keys) => {
    const now = await step("today", async () => readNote(await fetched("/log/checkpoint")));
    const { finding } = await signedBy(now, keys);
    if (now.origin !== note.origin || finding === "bad" || finding === "replaced") fail("today");
    say("today", finding, `${now.size}${now.time ? `, ${now.time}` : ""}`);
    const grown = await step("grown", async () => {
      if (now.size < note.size) return false;
      if (now.size === note.size || note.size === 0n) return continues(note.size, note.root, now.size, now.root, []);
      const answer = JSON.parse(await fetched(`/log/consistency?old=${note.size}&new=${now.size}`));
      return continues(note.size, note.root, now.size, now.root, answer.proof.map((p) => base64(p, 32)));
    });
    say("grown", grown ? "good" : "bad");
    return grown;
  };

  const checkAll = async (load, loadKey) => {
    const { receipt, note: text } = await step("file", async () => readFile(await load()));
    const note = await step("file", async () => readNote(text));
    say("file", receipt ? "good" : "checkpoint");
    const own = await step("key", loadKey);
    const keys = await step("key", async () => readKeys(own ?? (await fetched("/log/key"))));
    say("key", own ? "own" : "good", keys.map((k) => k.line).join("\n"));
    const { finding, by } = await signedBy(note, keys);
    if (finding === "bad" || finding === "replaced") fail("signature", finding);
    say("signature", finding);
    await step("checkpoint", async () => {
      if (note.origin !== by.name || (receipt && count(receipt.size) !== note.size)) fail("checkpoint");
    });
    say("checkpoint", "good", `${note.origin}, ${note.size}${note.time ? `, ${note.time}` : ""}`);
    if (receipt) await checkEntry(receipt, note);
    if (!(await checkToday(note, keys))) return finding === "good" ? "rewritten" : "bad";
    return finding === "good" ? "good" : "unsigned";
  };

  const run = async (load, loadKey) => {
    clear();
    if (!crypto.subtle) return end("insecure");
    delete result.dataset.found;
    try {
      end(await checkAll(load, loadKey));
    } catch (e) {
      if (!(e instanceof Failed)) throw e;
      end("bad");
    }
  };

  const ownKey = async () => form.elements.key.files[0]?.text();

  if (form) {
    form.hidden = false;
    document.querySelector("[data-check-off]").hidden = true;
    const check = () => {
      const file = form.elements.file.files[0];
      if (file) run(() => file.text(), ownKey);
      else if (form.elements.text.value.trim()) run(async () => form.elements.text.value, ownKey);
      else form.elements.file.focus();
    };
    form.addEventListener("submit", (ev) => {
      ev.preventDefault();
      check();
    });
    form.elements.file.addEventListener("change", check);
    form.addEventListener("dragover", (ev) => ev.preventDefault());
    form.addEventListener("drop", (ev) => {
      if (!ev.dataTransfer.files.length) return;
      ev.preventDefault();
      form.elements.file.files = ev.dataTransfer.files;
      check();
    });
    const receipt = form.dataset.receipt;
    if (receipt) run(() => fetched(receipt).catch(() => fail("file", "fetch")), ownKey);
  }
}

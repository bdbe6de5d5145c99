// A browser's cookies and forms, without the browser.
export class Browser {
  constructor(t, headers = {}) {
    this.t = t;
    this.headers = headers;
    this.cookies = new Map();
    this.set = [];
  }
  async fetch(path, more = {}) {
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ");
    const r = await this.t.fetch(path, { ...more, headers: { ...this.headers, ...(cookie ? { Cookie: cookie } : {}), ...more.headers } });
    for (const line of r.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.set.push(line);
      if (/Max-Age=-1/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return r;
  }
  async csrf(path) {
    return /name="csrf" value="([^"]+)"/.exec((await this.fetch(path)).text)?.[1];
  }
  post(path, fields, headers = {}) {
    return this.fetch(path, { method: "POST", body: new URLSearchParams(fields).toString(), headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers } });
  }
  async signIn(email, more = {}) {
    const link = new URL(this.t.run("link", "--db", this.t.url, "--key", this.t.key, "--user", email).trim());
    const csrf = await this.csrf(link.pathname);
    return this.post("/people/sign_in", { csrf, secret: link.pathname.split("/").pop(), ...more });
  }
}

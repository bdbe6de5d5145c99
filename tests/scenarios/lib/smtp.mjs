// An SMTP server on loopback that keeps what it is sent, as a mail program reads it.
import { createServer } from "node:net";
import { until } from "./load.mjs";

const body = (text) => Buffer.from(text.replace(/\s/g, ""), "base64").toString("utf8").replace(/\r\n/g, "\n");

function read(text, to) {
  const split = (part) => [part.slice(0, part.indexOf("\r\n\r\n")), part.slice(part.indexOf("\r\n\r\n") + 4)];
  const [head, rest] = split(text);
  const headers = Object.fromEntries(head.replace(/\r\n[ \t]+/g, " ").split("\r\n").map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  const subject = headers.subject.replace(/\?= =\?/g, "?==?").replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, b) => Buffer.from(b, "base64").toString("utf8"));
  const boundary = /boundary="([^"]+)"/.exec(headers["content-type"])?.[1];
  const parts = boundary ? rest.split(`--${boundary}`).slice(1, -1).map((p) => split(p.replace(/^\r\n/, ""))) : [[head, rest]];
  const of = (type) => parts.filter(([h]) => h.includes(`text/${type}`)).map(([, b]) => body(b))[0];
  return { to, headers, subject, text: of("plain"), html: of("html"), raw: text };
}

export class Sink {
  letters = [];
  #server = createServer((socket) => {
    let buffer = "", data = false, to = "";
    socket.setEncoding("latin1");
    socket.write("220 sink.example\r\n");
    socket.on("error", () => {});
    socket.on("data", (piece) => {
      buffer += piece;
      for (let at; (at = buffer.indexOf(data ? "\r\n.\r\n" : "\r\n")) >= 0; ) {
        const line = buffer.slice(0, at);
        buffer = buffer.slice(at + (data ? 5 : 2));
        if (data) {
          this.letters.push(read(line.replace(/^\./gm, ""), to));
          data = false;
          socket.write("250 kept\r\n");
        } else if (/^DATA/i.test(line)) {
          data = true;
          socket.write("354 go on\r\n");
        } else {
          to = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1] ?? to;
          socket.write(/^QUIT/i.test(line) ? "221 bye\r\n" : "250 ok\r\n");
        }
      }
    });
  });
  async start() {
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
    return `smtp://127.0.0.1:${this.#server.address().port}`;
  }
  // The letters to that address whose subject has WORD, once there are N.
  async of(to, word = "", n = 1) {
    const found = () => this.letters.filter((l) => l.to === to && l.subject.includes(word));
    await until(() => found().length >= n, 60);
    return found();
  }
  stop() {
    this.#server.close();
  }
}

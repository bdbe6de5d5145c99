// Requests that no client of HTTP would send.
import { connect } from "node:net";

// Everything that comes back for TEXT, as bytes one a character, until the connection ends.
export function raw(port, text) {
  return new Promise((done, fail) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(text, "latin1")));
    let got = "";
    socket.on("data", (d) => (got += d.toString("latin1")));
    socket.on("end", () => done(got));
    socket.on("error", (e) => (got ? done(got) : fail(e)));
  });
}

// The lines of its head.
export const head = (answer) => answer.split("\r\n\r\n")[0].split("\r\n");

// A socket on which TEXT was sent, and nothing more.
export function hang(port, text) {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text, () => done(socket)));
    socket.on("error", () => {});
    socket.resume();
  });
}

// Ports for programs that cannot choose one and tell it.
import { createServer } from "node:net";

// One that nobody listened on a moment ago.
export function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

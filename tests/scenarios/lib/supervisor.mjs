// A socket that outlives its servers, as systemd keeps one (tandem.socket): node supervisor.mjs COMMAND... prints the port,
// then runs the command at it again and again, with LISTEN_FDS. It never accepts: its own loop stands still meanwhile.
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { writeSync } from "node:fs";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  writeSync(1, `${server.address().port}\n`);
  const stdio = ["ignore", 1, 2, server._handle.fd];
  for (;;) {
    const r = spawnSync("sh", ["-c", 'echo "pid $$" && LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", ...process.argv.slice(2)], { stdio });
    if (r.status !== 0) process.exit(1);
  }
});

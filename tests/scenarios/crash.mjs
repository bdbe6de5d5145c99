// kill -9 under load: no acknowledged registration is lost, none is half there, log and audit stay whole.
import { Load, wait } from "./lib/load.mjs";
import { onBoth } from "./lib/tandem.mjs";

const kills = Number(process.env.TANDEM_KILLS ?? 20);

await onBoth(async (t, ok) => {
  await t.start();
  const { gold } = await t.cast();
  const load = new Load(t, gold.token);
  const rounds = t.kind === "sqlite" ? kills : Math.ceil(kills / 4);
  for (let round = 0; round < rounds; round++) {
    load.start();
    await load.goesOn();
    await wait(Math.random() * 200);
    await t.stop(t.servers.at(-1), "SIGKILL");
    await load.stop();
    await t.start();
  }
  await load.judge(ok);
});

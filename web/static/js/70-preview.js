/* data-preview="ID" on a file field shows the chosen file's size and first lines there; nothing is sent. */
document.addEventListener("change", async (ev) => {
  const box = ev.target.matches?.("input[type=file][data-preview]") && document.getElementById(ev.target.dataset.preview);
  if (!box) return;
  const file = ev.target.files[0];
  box.hidden = !file;
  box.replaceChildren();
  if (!file) return;
  const head = document.createElement("b");
  head.textContent = `${file.name}, ${Math.max(1, Math.round(file.size / 1000)).toLocaleString(document.documentElement.lang)} kB`;
  box.append(head);
  if (!/^text\/|csv|json/.test(file.type) && !/\.(csv|tsv|txt|json)$/i.test(file.name)) return;
  const lines = (await file.slice(0, 4096).text()).split(/\r?\n/);
  const body = document.createElement("pre");
  body.textContent = lines.slice(0, 5).join("\n");
  box.append(body);
});

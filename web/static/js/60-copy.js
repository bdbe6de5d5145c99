/* data-copy="ID" copies that element's text and says so. */
document.addEventListener("click", async (ev) => {
  const button = ev.target.closest("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  const text = source.textContent;
  try {
    await navigator.clipboard.writeText(text);
    tandem.toast(button.dataset.copied);
  } catch {
    getSelection().selectAllChildren(source); /* plain HTTP or refused: leave it selected */
  }
});

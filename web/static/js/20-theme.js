/* Light or dark: switched at once and remembered in a cookie that the server renders from. */
document.addEventListener("click", (ev) => {
  const button = ev.target.closest("[data-toggle-theme]");
  if (!button) return;
  ev.preventDefault();
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  tandem.remember("theme", root.dataset.theme);
});

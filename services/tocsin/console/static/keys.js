"use strict";
// One key for each button that shows one, while the box is ticked and nobody types. Without it, the browser's own access keys do.
(() => {
  const box = document.getElementById("one-key");
  const kept = "tocsin-one-key";
  if (!box) { return; }
  box.closest("[hidden]").hidden = false;
  box.checked = localStorage.getItem(kept) !== "off";
  box.addEventListener("change", () => { localStorage.setItem(kept, box.checked ? "on" : "off"); });
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!box.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) { return; }
    if (target.isContentEditable || /^(select|textarea)$/i.test(target.tagName)) { return; }
    if (/^input$/i.test(target.tagName) && target.type !== "checkbox") { return; }
    const button = [...document.querySelectorAll("button[accesskey]")].find((one) => one.accessKey === event.key.toLowerCase());
    if (button) { event.preventDefault(); button.click(); }
  });
})();

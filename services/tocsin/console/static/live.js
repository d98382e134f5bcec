"use strict";
// Asks for this page again every few seconds, and lets what has changed of it take the place of what it was. What has
// the focus, is unfolded, scrolled or half filled in stays as it is. Nothing is asked while nobody sees the page.
(() => {
  // What the browser asks of whoever parses HTML (Trusted Types): it comes from this page's own address alone.
  const trusted = window.trustedTypes
    ? trustedTypes.createPolicy("tocsin-live", { createHTML: (text) => text }) : { createHTML: (text) => text };
  const bar = document.getElementById("live");
  const every = 1000 * Number(bar.dataset.every);
  const main = document.getElementById("content");
  const at = document.getElementById("as-of");
  const button = bar.querySelector("button");
  const status = bar.querySelector("[role=status]");
  let version = main.dataset.version;
  let timer = 0;
  let asking = false;
  let over = false;

  const kept = {
    get off() { try { return sessionStorage.getItem("live") === "off"; } catch (_) { return false; } },
    set off(is) { try { sessionStorage.setItem("live", is ? "off" : "on"); } catch (_) { /* it is asked again */ } },
  };
  let off = kept.off;

  const say = (words) => { if (status.textContent !== words) status.textContent = words; };
  const show = (moment) => {
    at.dateTime = moment.toISOString();
    at.textContent = `${at.dateTime.slice(0, 10)} ${at.dateTime.slice(11, 19)} UTC`;
  };

  const isBegun = (form) => [...form.elements].some((field) => {
    if (field.type === "hidden" || field.localName === "button") return false;
    if (field.localName === "select") {
      const given = [...field.options].findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(given, 0);
    }
    return field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  });

  const keyOf = (node) =>
    node.nodeType === 1 ? node.id || node.dataset.key || node.getAttribute("aria-labelledby") || "" : "";
  const isLike = (one, other) =>
    one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

  const renew = (now, then) => {
    if (now.isEqualNode(then)) return;
    if (now.nodeType !== 1) { now.nodeValue = then.nodeValue; return; }
    if (now.localName === "form" && isBegun(now)) { say(bar.dataset.waits); return; }
    for (const { name, value } of then.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
    for (const { name } of [...now.attributes])
      if (!then.hasAttribute(name) && !(name === "open" && now.localName === "details")) now.removeAttribute(name);
    renewWithin(now, [...then.childNodes]);
  };

  // Rows are known by their keys, so that a link never becomes another's while somebody is about to follow it.
  const renewWithin = (now, wanted) => {
    const keys = new Set(wanted.map(keyOf).filter(Boolean));
    let here = now.firstChild;
    for (const then of wanted) {
      while (here && keyOf(here) && !keys.has(keyOf(here))) { const gone = here; here = here.nextSibling; gone.remove(); }
      if (here && isLike(here, then)) { renew(here, then); here = here.nextSibling; continue; }
      const key = keyOf(then);
      const moved = key && [...now.children].find((child) => isLike(child, then));
      if (moved) { now.insertBefore(moved, here); renew(moved, then); } else now.insertBefore(document.adoptNode(then), here);
    }
    while (here) { const gone = here; here = here.nextSibling; gone.remove(); }
  };

  const replace = (page) => {
    const fresh = page.getElementById("content");
    const focus = document.activeElement;
    status.textContent = "";
    renew(main, fresh);
    document.title = page.title;
    if (focus !== document.activeElement && focus !== document.body)
      (focus.isConnected ? focus : main).focus({ preventScroll: true });
    version = fresh.dataset.version;
    if (!status.textContent) say(`${bar.dataset.changed} ${at.textContent}`);
  };

  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const told = { headers: { "If-None-Match": `"${version}"` }, redirect: "manual", cache: "no-store" };
      const answer = await fetch(location.pathname + location.search, told);
      const text = answer.ok ? await answer.text() : "";
      if (off) return;
      if (answer.type === "opaqueredirect" || answer.status === 404) { end(); return; }
      if (answer.status === 304 || answer.ok) show(new Date(answer.headers.get("date") || Date.now()));
      if (answer.ok) replace(new DOMParser().parseFromString(trusted.createHTML(text), "text/html"));
      else if (answer.status === 304) { if (status.textContent === bar.dataset.lost) say(""); }
      else say(bar.dataset.lost);
    } catch (_) {
      say(bar.dataset.lost);
    } finally {
      asking = false;
      wait();
    }
  };

  const wait = () => {
    clearTimeout(timer);
    timer = off || over || document.hidden ? 0 : setTimeout(ask, every);
  };
  const end = () => {
    over = true;
    button.hidden = true;
    say(bar.dataset.over);
  };

  const name = () => { button.textContent = off ? bar.dataset.start : bar.dataset.stop; };
  button.addEventListener("click", () => {
    kept.off = off = !off;
    name();
    say("");
    if (off) wait(); else ask();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || off || over) wait(); else ask();
  });
  name();
  button.hidden = false;
  wait();
})();

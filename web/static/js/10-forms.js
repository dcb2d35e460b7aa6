// Niceties. Everything works without this file.
"use strict";
(() => {
  // A button that can't be pressed by mistake asks once more.
  document.querySelectorAll("form[data-sure]").forEach((f) => {
    f.addEventListener("submit", (e) => { if (!confirm(f.dataset.sure)) e.preventDefault(); });
  });

  // A form is sent once.
  document.querySelectorAll("form[method=post]").forEach((f) => {
    f.addEventListener("submit", (e) => {
      if (e.defaultPrevented) return;
      setTimeout(() => f.querySelectorAll("button").forEach((b) => { b.disabled = true; }), 0);
    });
  });
  addEventListener("pageshow", () => document.querySelectorAll("form button:disabled").forEach((b) => { b.disabled = false; }));

  // An address has a button that copies it, and says so in words.
  const { copy, copied } = document.body.dataset;
  if (navigator.clipboard) document.querySelectorAll("code[data-copy]").forEach((c) => {
    const b = document.createElement("button");
    b.type = "button"; b.className = "plain copy"; b.textContent = copy; b.setAttribute("aria-live", "polite");
    b.addEventListener("click", () => navigator.clipboard.writeText(c.textContent.trim()).then(() => {
      b.textContent = "✓ " + copied;
      setTimeout(() => { b.textContent = copy; }, 3000);
    }));
    c.after(" ", b);
  });

  // What pops up goes away at a press beside it or on Escape.
  const shut = (but) => document.querySelectorAll("details.pop[open]").forEach((d) => { if (!d.contains(but)) d.open = false; });
  addEventListener("click", (e) => shut(e.target));
  addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    document.activeElement.closest("details.pop[open]")?.querySelector("summary").focus();
    shut(null);
  });

  // Without a connection a page says so; nothing that somebody read is kept.
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
})();

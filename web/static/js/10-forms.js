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

  // Press an address to copy it.
  document.querySelectorAll("[data-copy]").forEach((c) => {
    c.addEventListener("click", () => navigator.clipboard?.writeText(c.textContent.trim()));
  });
})();

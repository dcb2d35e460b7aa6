(() => {
  // Copy an address by a button, and say so.
  document.querySelectorAll("[data-copies]").forEach((b) => {
    if (!navigator.clipboard) return;
    b.hidden = false;
    b.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(b.dataset.copies).textContent.trim());
      b.parentElement.querySelector("[role=status]").textContent = b.dataset.label;
    });
  });

  // Hand it to an app of the device, where there is a way.
  document.querySelectorAll("[data-share]").forEach((b) => {
    if (!navigator.share) return;
    b.hidden = false;
    b.addEventListener("click", () => navigator.share({ title: b.dataset.title, url: b.dataset.share }).catch(() => {}));
  });

  document.querySelectorAll("[data-print]").forEach((b) => {
    b.hidden = false;
    b.addEventListener("click", () => print());
  });

  // Escape closes a large picture, as its link does.
  addEventListener("keydown", (e) => { if (e.key === "Escape" && location.hash.startsWith("#photo-")) location.hash = "#content"; });
})();

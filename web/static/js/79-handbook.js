// What is written in the handbook is kept every few seconds. Without this file it is kept at each press of a button.
"use strict";
document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const { autosave, saved, unsaved } = form.dataset;
  const says = form.querySelector("[role=status]");
  let last = new FormData(form).get("source") + "\n" + new FormData(form).get("name");
  let busy = false, gone = false;
  form.addEventListener("submit", () => { gone = true; });
  addEventListener("pageshow", () => { gone = false; });
  const keep = async () => {
    const data = new FormData(form), now = data.get("source") + "\n" + data.get("name");
    if (busy || gone || now === last) return;
    busy = true;
    const body = new URLSearchParams();
    for (const name of ["base", "name", "source"]) body.set(name, data.get(name));
    try {
      const answer = await fetch(autosave, { method: "POST", body, credentials: "same-origin", redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      last = now;
      if (says) says.textContent = saved;
    } catch {
      if (says) says.textContent = unsaved;
    }
    busy = false;
  };
  setInterval(keep, 7000);
});

// Writing a listing: everything here can be done with buttons too.
(() => {
  const form = document.querySelector("form.post");
  if (!form) return;
  const all = (s, from = form) => [...from.querySelectorAll(s)];

  // The example follows what is chosen.
  const hint = form.querySelector("[data-hint]");
  form.addEventListener("change", () => {
    const kind = form.querySelector("[name=kind]:checked")?.closest("label");
    const want = form.querySelector("[name=purpose]:checked")?.value === "want" || form.action.includes("/want") && !form.purpose;
    if (hint && kind) hint.textContent = want ? kind.dataset.want : kind.dataset.offer;
  });

  // Pictures are sent as soon as they are chosen.
  all("[data-send]").forEach((i) => i.addEventListener("change", () => { if (i.files.length) form.querySelector(i.dataset.send).click(); }));

  // The parts of a price add up while they are typed; counted in hundredths of hundredths, never in fractions.
  const said = form.querySelector("[data-sum]");
  const read = (s) => {
    const m = /^\s*(\d+)(?:[.,](\d{1,4}))?\s*$/.exec(s), t = /^\s*(\d+):([0-5]\d)\s*$/.exec(s);
    return m ? +m[1] * 1e4 + +(m[2] || "").padEnd(4, "0") : t ? Math.round((+t[1] + t[2] / 60) * 1e4) : NaN;
  };
  const write = (n) => String(n / 1e4);
  const add = () => {
    const parts = all("[name=price_amount]").map((i) => i.value).filter((s) => s.trim());
    const sum = parts.reduce((n, s) => n + read(s), 0), price = read(form.amount.value);
    form.querySelector("[data-sum-server]")?.remove();
    said.textContent = !parts.length || isNaN(sum) ? "" : (isNaN(price) ? said.dataset.only : Math.abs(sum - price) < 2 ? said.dataset.equal :
      sum > price ? said.dataset.over : said.dataset.under).replace("%s", write(sum)).replace("%p", write(price)).replace("%o", write(Math.abs(sum - price)));
  };
  all("[name=price_amount], [name=amount]").forEach((i) => i.addEventListener("input", add));

  // Pictures are put in order by dragging; the buttons do the same.
  all("[data-sort]").forEach((list) => {
    let held;
    all("li", list).forEach((li) => {
      li.draggable = true;
      li.addEventListener("dragstart", (e) => { if (e.target.closest("details[open], textarea")) return e.preventDefault(); held = li; li.classList.add("held"); });
      li.addEventListener("dragend", () => { held?.classList.remove("held"); held = null; });
      li.addEventListener("dragover", (e) => {
        if (!held || held === li) return;
        e.preventDefault();
        const r = li.getBoundingClientRect();
        list.insertBefore(held, e.clientY < r.top + r.height / 2 ? li : li.nextSibling);
      });
      li.addEventListener("drop", (e) => e.preventDefault());
    });
  });

  // A frame drawn on the whole picture.
  all("[data-cut]").forEach((box) => {
    const img = document.createElement("img"), canvas = box.querySelector(".canvas"), value = box.querySelector("input");
    img.alt = "";
    const frame = document.createElement("b");
    let from;
    box.hidden = false;
    box.closest("details").addEventListener("toggle", () => { if (!img.src) img.src = canvas.dataset.src; canvas.prepend(img); });
    const at = (e) => {
      const r = canvas.getBoundingClientRect(), in10k = (n, all) => Math.round(Math.min(1, Math.max(0, n / all)) * 1e4);
      return [in10k(e.clientX - r.left, r.width), in10k(e.clientY - r.top, r.height)];
    };
    canvas.addEventListener("pointerdown", (e) => { from = at(e); canvas.setPointerCapture(e.pointerId); e.preventDefault(); });
    canvas.addEventListener("pointerup", () => { from = null; });
    canvas.addEventListener("pointermove", (e) => {
      if (!from) return;
      const to = at(e), x = Math.min(from[0], to[0]), y = Math.min(from[1], to[1]), w = Math.abs(from[0] - to[0]), h = Math.abs(from[1] - to[1]);
      if (w < 300 || h < 300) return;
      canvas.append(frame);
      Object.assign(frame.style, { left: x / 100 + "%", top: y / 100 + "%", width: w / 100 + "%", height: h / 100 + "%" });
      value.value = [x, y, w, h].join();
      const own = box.closest("details").querySelector(".own-shape");
      own.hidden = false;
      own.querySelector("input").checked = true;
    });
  });
})();

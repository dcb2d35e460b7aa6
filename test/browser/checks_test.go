package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// tidy is the expression for what is wrong with a page's bones, whoever reads it: language, title, one heading, labels, descriptions
// of pictures, ids that stand once, links and references that lead somewhere on the page. It gives a list of sentences.
const tidy = `(() => {
	const wrong = [], say = (w, e) => wrong.push(w + (e ? ": " + e.outerHTML.slice(0, 160) : ""));
	const named = e => (e.getAttribute("aria-label") || "").trim() !== "" || (e.getAttribute("aria-labelledby") || "").split(/\s+/).some(id => id && document.getElementById(id));
	const words = e => { const c = e.cloneNode(true); c.querySelectorAll("[aria-hidden=true]").forEach(x => x.remove());
		return c.textContent.trim() + [...c.querySelectorAll("img")].map(i => i.alt).join("").trim(); };
	if (!document.documentElement.lang) say("no language");
	if (!document.title.trim()) say("no title");
	const h1 = document.querySelectorAll("h1");
	if (h1.length !== 1) say(h1.length + " main headings");
	let level = 1;
	document.querySelectorAll("h1,h2,h3,h4,h5,h6").forEach(h => {
		if (!words(h)) say("a heading without words", h);
		if (+h.tagName[1] > level + 1) say("a heading that skips a level", h);
		level = +h.tagName[1];
	});
	if (document.querySelectorAll("main").length !== 1) say("not one main part");
	document.querySelectorAll("input:not([type=hidden]),select,textarea").forEach(e => {
		const labels = [...(e.labels || [])].filter(l => words(l));
		if (!labels.length && !named(e)) say("a control without a label", e);
	});
	document.querySelectorAll("button,a[href],summary").forEach(e => { if (!words(e) && !named(e)) say("nothing to press by name", e); });
	document.querySelectorAll("img").forEach(e => { if (!e.hasAttribute("alt")) say("a picture without alt", e); });
	document.querySelectorAll("fieldset").forEach(e => { if (!e.querySelector("legend")) say("a group without a legend", e); });
	document.querySelectorAll("table").forEach(e => { if (!e.querySelector("th")) say("a table without headings", e); });
	document.querySelectorAll("iframe,object,embed,[style],style,[onclick],[onload]").forEach(e => say("not allowed here", e));
	document.querySelectorAll("[aria-label]").forEach(e => { // what one says to press it is what one sees (2.5.3)
		if (!e.matches("a,button,input,select,summary") || e.querySelector("svg text")) return;
		const seen = words(e).toLowerCase().replace(/\s+/g, " "), said = e.getAttribute("aria-label").toLowerCase().replace(/\s+/g, " ");
		if (seen && !e.matches("select") && !said.includes(seen)) say("named other than it is seen", e);
	});
	document.querySelectorAll("input[type=email],input[type=password]").forEach(e => { if (!e.autocomplete) say("not said what a browser may fill in", e); });
	document.querySelectorAll("p.error,div.notice.bad").forEach(e => { if (!e.closest("[role=alert],[role=status],form,section,#errors")) say("an error that is not announced", e); });
	const ids = {};
	document.querySelectorAll("[id]").forEach(e => { if (ids[e.id]) say("an id twice", e); ids[e.id] = true; });
	document.querySelectorAll("a[href^='#']").forEach(e => { const id = decodeURIComponent(e.getAttribute("href").slice(1)); if (id && !document.getElementById(id)) say("leads nowhere", e); });
	document.querySelectorAll("[aria-labelledby]").forEach(e => e.getAttribute("aria-labelledby").split(/\s+/).forEach(id => { if (!document.getElementById(id)) say("labelled by nothing", e); }));
	document.querySelectorAll("use").forEach(e => { if (!document.querySelector(e.getAttribute("href"))) say("a missing icon", e.parentElement); });
	// A key of a sentence that was never translated looks like a.word_or_two.
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const p = walk.currentNode.parentElement;
		if (p.closest("code,script")) continue;
		const m = /(^|\s)([a-z][a-z_]*\.[a-z][a-z_]+)(\s|$)/.exec(walk.currentNode.data);
		if (m && !/\.(localhost|example|org|net)$/.test(m[2])) say("the key of a sentence: " + m[2]);
		if (/\{\{|%!|<no value>|\(MISSING\)/.test(walk.currentNode.data)) say("an unfilled place: " + walk.currentNode.data.trim().slice(0, 80));
	}
	return wrong;
})()`

// outlined is the expression for the fields whose edge is too near the colour of their ground (WCAG 1.4.11: 3).
const outlined = `(() => {
	const parse = c => { const m = /rgba?\(([^)]+)\)/.exec(c); const v = m ? m[1].split(/[ ,\/]+/).map(Number) : [0, 0, 0, 0]; return v.length < 4 ? [...v, 1] : v; };
	const lum = c => { const f = x => (x /= 255) <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
	const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
	const apart = (a, b) => (Math.max(lum(a), lum(b)) + 0.05) / (Math.min(lum(a), lum(b)) + 0.05);
	const wrong = [];
	document.querySelectorAll("input:not([type=hidden],[type=radio],[type=checkbox],[type=range],[type=file]),select,textarea").forEach(e => {
		if (!e.checkVisibility({visibilityProperty: true}) || e.disabled || e.closest(".unseen,.trap")) return;
		const s = getComputedStyle(e), under = ground(e.parentElement), edge = parse(s.borderBlockEndColor);
		const best = Math.max(parseFloat(s.borderBlockEndWidth) >= 1 && edge[3] === 1 ? apart(edge, under) : 1, apart(ground(e), under));
		if (best < 3) wrong.push("the edge of a field is " + best.toFixed(1) + " of 3: " + e.outerHTML.slice(0, 120));
	});
	return wrong;
})()`

// spaced is the expression that sets the spaces between letters, words, lines and paragraphs that a reader may want (WCAG 1.4.12);
// unspaced takes them back.
const (
	spaced   = `(s => { s.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }"); document.adoptedStyleSheets = [s]; return true })(new CSSStyleSheet())`
	unspaced = `(document.adoptedStyleSheets = [], true)`
)

// letters sets how large letters are that a page says nothing about, as readers do in their browser (WCAG 1.4.4); 16 is usual.
func (b *tab) letters(px int64) {
	b.t.Helper()
	b.do("letters", chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: px}})
		return err
	}))
}

// clipped is the expression for the texts of which a part is cut off by the box they are in.
const clipped = `[...document.querySelectorAll("body *")].filter(e => {
	if (e.closest("svg,.unseen,.skip,select,textarea,input,.sprite") || !e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) return false;
	for (let x = e; x && x !== document.body; x = x.parentElement) {
		const s = getComputedStyle(x);
		if (s.clipPath !== "none") return false; // unseen on purpose
		if (s.overflowX === "visible" && s.overflowY === "visible") continue;
		if (s.webkitLineClamp !== "none" || s.textOverflow === "ellipsis" || s.overflowX === "auto" || s.overflowX === "scroll" || s.overflowY === "auto" || s.overflowY === "scroll") return false;
		const r = document.createRange(); r.selectNodeContents(e);
		const t = r.getBoundingClientRect(), box = x.getBoundingClientRect();
		if (t.width && (t.right > box.right + 2 || t.left < box.left - 2 || t.bottom > box.bottom + 4 || t.top < box.top - 4)) return true;
	}
	return false;
}).map(e => "cut off: " + e.outerHTML.slice(0, 140))`

// fits is the expression for what sticks out sideways at the present width; "" is nothing.
const fits = `(() => {
	const wide = document.documentElement.scrollWidth;
	if (wide <= innerWidth) return "";
	const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".skip,.table-wrap"));
	return wide + " px in " + innerWidth + ": " + out.slice(-2).map(e => e.outerHTML.slice(0, 120)).join(" | ");
})()`

// small is the expression for what is too small to hit with a finger: less than 24 px either way (WCAG 2.5.8) for anything but a link
// in a sentence, and less than 44 px high for buttons and fields, which our own rule asks for.
const small = `(() => {
	const wrong = [];
	document.querySelectorAll("a[href],button,summary,select,textarea,input:not([type=hidden])").forEach(e => {
		if (!e.checkVisibility({visibilityProperty: true}) || e.closest(".unseen,.skip,[hidden],.trap,[aria-hidden=true]") || getComputedStyle(e).opacity === "0") return;
		const label = e.matches("[type=radio],[type=checkbox]") && e.closest("label"), r = (label || e).getBoundingClientRect();
		if (!r.width || !r.height) return;
		const inline = e.matches("a") && getComputedStyle(e).display === "inline";
		if (!inline && (r.width < 24 || r.height < 24)) wrong.push(Math.round(r.width) + "x" + Math.round(r.height) + " px: " + e.outerHTML.slice(0, 120));
		else if (e.matches("button:not(.quiet),a.button,select,textarea,input:not([type=radio],[type=checkbox],[type=range])") && r.height < 43.5)
			wrong.push(r.height.toFixed(1) + " px high: " + e.outerHTML.slice(0, 120));
	});
	return wrong;
})()`

// readable is the expression for the texts whose colour is too near that of their ground (WCAG 1.4.3: 4.5, or 3 for large ones).
const readable = `(() => {
	const parse = c => { const m = /rgba?\(([^)]+)\)/.exec(c); const v = m ? m[1].split(/[ ,\/]+/).map(Number) : [0, 0, 0, 0]; return v.length < 4 ? [...v, 1] : v; };
	const lum = c => { const f = x => (x /= 255) <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
	const mix = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
	const ground = e => { const over = []; for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); over.push(c); if (c[3] === 1) break; }
		return over.reduceRight((under, c) => mix(c, under), [255, 255, 255, 1]); };
	const wrong = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || e.closest("svg,script,noscript,option,.unseen,.skip,[hidden]") || !e.checkVisibility()) continue;
		const s = getComputedStyle(e), g = ground(e), a = lum(mix(parse(s.color), g)), b = lum(g);
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), px = parseFloat(s.fontSize);
		const need = px >= 24 || (px >= 18.66 && Number(s.fontWeight) >= 700) ? 3 : 4.5;
		if (ratio < need) wrong.add(ratio.toFixed(1) + " of " + need + ": " + e.outerHTML.slice(0, 100));
	}
	return [...wrong];
})()`

// The parts of the page, its charts, and the words for figures. Nothing here fetches or keeps state.
import { html, useEffect, useRef, useState } from "./vendor/preact-htm.js";

// Words for figures -------------------------------------------------------------------------------------------------
const two = n => String(n).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MIN = 60e3, HOUR = 3600e3, DAY = 864e5;
export const UNKNOWN = "unknown";

export const hhmm = ms => { const d = new Date(ms); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`; };
export const clock = ms => `${hhmm(ms)}:${two(new Date(ms).getUTCSeconds())}`;
export const date = ms => { const d = new Date(ms); return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`; };
/** Time of day in UTC; the date before it when it is not today. */
export const at = (ms, now, f = clock) =>
  ms == null ? UNKNOWN : Math.floor(ms / DAY) === Math.floor(now / DAY) ? f(ms) : `${date(ms)} ${hhmm(ms)}`;

/** A length of time in at most two units. */
export function span(ms) {
  if (ms == null) return UNKNOWN;
  const s = Math.round(ms / 1000);
  if (ms < 10e3) return `${(ms / 1000).toFixed(1)} s`;
  if (s < 60) return `${s} s`;
  if (s < 600) return s % 60 ? `${Math.floor(s / 60)} min ${two(s % 60)} s` : `${s / 60} min`;
  if (s < 3600) return `${Math.round(s / 60)} min`;
  if (s < 86400) { const m = Math.floor(s % 3600 / 60); return `${Math.floor(s / 3600)} h${m ? ` ${m} min` : ""}`; }
  const h = Math.floor(s % 86400 / 3600); return `${Math.floor(s / 86400)} d${h ? ` ${h} h` : ""}`;
}
/** The same in one unit, for narrow columns. */
export const age = ms => ms == null ? UNKNOWN : ms < MIN ? `${Math.round(ms / 1e3)} s` : ms < HOUR ? `${Math.round(ms / MIN)} min`
  : ms < 2 * DAY ? `${Math.round(ms / HOUR)} h` : `${Math.round(ms / DAY)} d`;

export function num(n) {
  if (n == null) return UNKNOWN;
  const a = Math.abs(n);
  if (a >= 100 || Number.isInteger(n)) return Math.round(n).toLocaleString("en-GB");
  return String(Number(n.toPrecision(a >= 10 ? 3 : 2)));
}
export const percent = x => x == null ? UNKNOWN : x === 1 ? "100 %" : x > .9995 ? "over 99.9 %" : x < .1 ? `${num(x * 100)} %` : `${Number((x * 100).toFixed(1))} %`;
export function bytes(n) {
  if (n == null) return UNKNOWN;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let i = 0;
  while (n >= 1000 && i < 4) { n /= 1000; i++; }
  return `${i && n < 10 ? n.toFixed(1) : Math.round(n)} ${units[i]}`;
}
/** An e-value: a number, never a percentage. */
export const evidence = e => e == null ? UNKNOWN : e > 1e6 ? "over 1,000,000" : e >= 10 ? num(Math.floor(e)) : e >= .1 ? e.toFixed(1) : e >= .001 ? `1/${Math.round(1 / e)}` : "under 1/1,000";
/** Rarity: as rare as once per so many hours. */
export function rarity(hours) {
  if (hours == null) return UNKNOWN;
  const steps = [[1 / 60, "min"], [1, "h"], [24, "day"], [730, "month"], [8766, "year"]];
  let i = steps.length - 1;
  while (i > 0 && hours < steps[i][0] * .95) i--;
  const n = Math.max(1, Math.round(hours / steps[i][0]));
  if (i === 4 && n > 10) return "over 10 years";
  return `${n} ${steps[i][1]}${i > 1 && n > 1 ? "s" : ""}`;
}
export const plural = (n, one, many = `${one}s`) => `${num(n)} ${n === 1 ? one : many}`;
// "p95 is ..." begins with a name, not with a word.
export const cap = s => /^[a-z]+ ?\b/.test(s) && !/^[a-z]+\d/.test(s) ? s[0].toUpperCase() + s.slice(1) : s;
const stop = s => !s || /[.?:]$/.test(s) ? s : `${s}.`;
export const sentence = s => stop(cap(s || ""));
/** The first sentence, which is set in bold, and the rest. */
export function lead(text) {
  const m = /^(.*?[.?])(?=\s+[A-Z0-9“"]|$)/.exec(text || "");
  return m ? [m[1], text.slice(m[1].length)] : [text || "", ""];
}
export const Lead = ({ text }) => { const [a, b] = lead(text); return html`<b>${a}</b>${b}`; };

/** The address of a workload: its key's segments, encoded once more as an address needs. */
export const enc = s => encodeURIComponent(s.replace(/%2F/gi, "/").replace(/%25/g, "%"));
export const keyPath = key => key.split("/").map(enc).join("/");
export const toWorkload = key => `/w/${keyPath(key)}`;
export const toRelease = (key, release) => `/w/${keyPath(key)}/r/${encodeURIComponent(release)}`;

// Shapes: a state is a shape, a word and a place, never colour alone --------------------------------------------------
const SHAPES = {
  well: html`<circle cx="8" cy="8" r="3" fill="currentColor"/>`,
  learn: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3.2 3.08"/>`,
  watch: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.8"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/>`,
  bad: html`<path d="M8 .8 15.6 15H.4z" fill="currentColor"/>`,
  cannot: html`<path d="M2 2h12v12H2z" fill="none" stroke="currentColor" stroke-width="1.8"/><path d="M2 9 9 2M3 14 14 3M8 14l6-6" stroke="currentColor" stroke-width="1.5"/>`,
  ok: html`<path d="m2.5 8.5 3.6 3.7 7.4-8.4" fill="none" stroke="currentColor" stroke-width="2"/>`,
  no: html`<path d="m3 3 10 10M13 3 3 13" fill="none" stroke="currentColor" stroke-width="2.2"/>`,
  wait: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.8"/><path d="M8 4.5V8l2.5 2" fill="none" stroke="currentColor" stroke-width="1.6"/>`,
  todo: html`<circle cx="8" cy="8" r="4.2" fill="none" stroke="currentColor" stroke-width="1.6"/>`,
  done: html`<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="m4.6 8.3 2.4 2.4 4.4-5" class="cut"/>`,
  fail: html`<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="m5.2 5.2 5.6 5.6M10.8 5.2l-5.6 5.6" class="cut"/>`,
  armed: html`<circle cx="8" cy="11" r="3.6" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M8 10.5V1.5" stroke="currentColor" stroke-width="2.4"/>`,
  stop: html`<path d="M2.5 2.5h11v11h-11z" fill="currentColor"/>`,
  bell: html`<g transform="scale(.8)"><path d="M10 1.5v2M3.2 15.2c1.8-1.6 2-3.7 2.2-6.2C5.7 5.6 7.5 3.5 10 3.5s4.3 2.1 4.6 5.5c.2 2.5.4 4.6 2.2 6.2z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"/><path d="M10 15.5v3" stroke="currentColor" stroke-width="3"/></g>`,
};
export const Icon = ({ of, size, cls }) => html`<svg class=${cls} width=${size} height=${size} viewBox="0 0 16 16" aria-hidden="true">${SHAPES[of]}</svg>`;

const STATES = {
  "anomalous": "bad", "regressed": "bad", "made worse": "bad", "did not help": "bad", "on watch": "watch", "undecided so far": "watch",
  "degraded": "watch", "skewed": "watch", "cannot judge": "cannot", "silent": "cannot", "learning": "learn",
};
export const shape = word => STATES[word] || "well";
export const State = ({ word }) => {
  const s = shape(word);
  return html`<span class=${`st ${s === "well" ? "q" : s}`}><${Icon} of=${s}/>${word}</span>`;
};
export const Verdict = ({ word }) => word === "superseded" ? html`<span class="mut">superseded</span>` : html`<${State} word=${word}/>`;

// Head, strip, sections ----------------------------------------------------------------------------------------------
export const Crumb = ({ children }) => html`<nav class="crumb" aria-label="Where this is">${children}</nav>`;
export const Head = ({ icon, title, children, aside, top }) => html`<div class=${`head${top ? " top1" : ""}`}><div>
  <h1 tabindex="-1">${icon && html`<span class=${icon === "well" || icon === "ok" ? "" : icon}><${Icon} of=${icon}/></span>`}${title}</h1>
  <p>${children}</p></div>${aside && html`<div class="aside">${aside}</div>`}</div>`;
/** The four cells that answer: [label, answer, more, drawing]. */
export const Strip = ({ cells }) => html`<dl class="strip">${cells.map(([label, answer, more, drawing]) => html`<div><dt>${label}</dt><dd>${answer}</dd>
  ${more && html`<dd>${more}</dd>`}${drawing && html`<dd class="draw">${drawing}</dd>`}</div>`)}</dl>`;
export const Section = ({ name, say, children, cls = "" }) => html`<section class=${`sec ${cls}`} aria-label=${name}><div class="mh"><h2>${name}</h2><p>${say}</p></div><div>${children}</div></section>`;

/** A table. Columns: [name, class, cell(row), label on a phone]. */
export const Table = ({ cols, rows, cls = "", caption, rowClass, open, empty }) => html`<div class="scroll"><table class=${cls}>
  ${caption && html`<caption class="vh">${caption}</caption>`}
  <thead><tr>${cols.map(([name, c]) => html`<th scope="col" class=${c.split(" ").filter(x => !["mono", "mut", "sec-ink"].includes(x)).join(" ")}>${name}</th>`)}</tr></thead>
  <tbody>${rows.map(row => html`<tr key=${row.key || row.id} class=${rowClass ? rowClass(row) : ""} data-open=${open ? open(row) : null} tabindex=${open ? -1 : null}>
    ${cols.map(([name, c, cell, label]) => html`<td class=${c} data-l=${label}>${cell(row)}</td>`)}</tr>`)}
    ${!rows.length && html`<tr><td colspan=${cols.length} class="mut">${empty}</td></tr>`}</tbody></table></div>`;

// Evidence ------------------------------------------------------------------------------------------------------------
/** Evidence on a log scale from 1/10 up, with ticks at 1, at the verdict and at acting. */
export function Meter({ value, thresholds, cls = "bad" }) {
  const L = Math.log10, top = Math.max(4.5, L(thresholds.act) + 1.5), x = v => 6 + 204 * (Math.min(top, Math.max(-1, L(v))) + 1) / (top + 1);
  const ticks = [];
  for (let d = -1; d <= top; d++) for (const m of [1, 2, 5]) if (d + L(m) <= top) ticks.push([x(m * 10 ** d), m === 1]);
  const v = x(value), one = x(1);
  return html`<svg class="meter" viewBox="0 0 216 42" role="img" aria-label=${`evidence ${evidence(value)}, against ${num(thresholds.regressed)} for regressed and ${num(thresholds.act)} for acting alone`}>
    ${ticks.map(([t, long]) => html`<path class="ax2" d=${`M${t} 20v${long ? 5 : 3}`}/>`)}<path class="ax2" d="M6 20H210"/>
    <rect class=${`fill-${cls}`} x=${Math.min(one, v)} y="13" width=${Math.abs(v - one)} height="7"/>
    ${[thresholds.regressed, thresholds.act].map(t => html`<path class="tick" d=${`M${x(t)} 7v13`}/><text class="tm t2 f11" x=${x(t)} y="39">${num(t)}</text>`)}
    <text class="tm t2 f11" x=${one} y="39">1</text><path class="needle" d=${`M${v} 13l-4.5 -8h9z`}/></svg>`;
}
/** One box an instance: new ones first; filled decides, tinted counts, outlined is inside the margin. */
export function Boxes({ parts, decided }) {
  const fresh = parts.filter(p => p.isNew), old = parts.filter(p => !p.isNew);
  const box = p => html`<b class=${!p.pointsToHarm ? "pl" : decided ? "" : "soft"} title=${`${p.name}, new`}>${num(p.events)}</b>`;
  const words = list => list.map(p => num(p.events)).join(", ") || "none";
  return html`<span class="inst" role="img" aria-label=${`new instances: ${words(fresh)}; old instances: ${words(old)}`}>
    ${fresh.slice(0, 24).map(box)}${fresh.length > 24 && html`<span class="l">and ${fresh.length - 24} more</span>`}<span class="g"></span>
    ${old.slice(0, 24).map(p => html`<i title=${`${p.name}, old`}>${num(p.events)}</i>`)}${old.length > 24 && html`<span class="l">and ${old.length - 24} more</span>`}</span>`;
}
export const Bar = ({ share, cls }) => html`<span class="bar"><i class=${cls} style=${{ width: `${Math.round(100 * Math.min(1, Math.max(0, share)))}%` }}></i></span>`;

// Rollback ------------------------------------------------------------------------------------------------------------
export const Checks = ({ list }) => html`<ul class="checks">${list.map(c => html`<li><${Icon} of=${c.ok == null ? "todo" : c.ok ? "ok" : "no"} cls=${c.ok === false ? "fail" : ""}/>
  <div class=${c.ok === false ? "bad" : ""}>${c.ok === false ? html`<b>${c.check}</b>` : c.check}<span>${c.ok == null ? "not run" : c.detail}${c.safeWay && ` Safe way: ${c.safeWay}`}</span></div></li>`)}</ul>`;
const STEPS = { "done": ["done", "done"], "waiting": ["now", "wait"], "failed": ["fail", "fail"], "to come": ["", "todo"] };
export const Steps = ({ list, now }) => html`<ol class="steps">${list.map(s => { const [cls, icon] = STEPS[s.state] || STEPS["to come"];
  return html`<li class=${cls}><${Icon} of=${icon}/><b>${s.name}<span class="vh">, ${s.state}</span></b>${[s.atMillis && at(s.atMillis, now), s.detail].filter(Boolean).join(", ")}</li>`; })}</ol>`;
const LEVELS = ["observe", "recommend", "ask", "act"];
export const Ladder = ({ level }) => html`<div class="ladder" role="img" aria-label=${`autonomy: ${level}, of ${LEVELS.join(", ")}`}>${LEVELS.map((l, i) =>
  html`<span class=${l === level ? "on" : i < LEVELS.indexOf(level) ? "was" : ""}>${l}</span>`)}</div>`;

// Loading, error, empty ------------------------------------------------------------------------------------------------
export const Skeleton = () => html`<div class="skel"><p class="vh" role="status">Loading</p>${[0, 1, 2, 3, 4].map(() => html`<div class="skrow"><div class="sk"></div><div class="sk"></div><div class="sk"></div><div class="sk"></div></div>`)}</div>`;
export const Problem = ({ problem, retry }) => html`<div class="problem" role="alert"><h1 class="bad"><${Icon} of="no" size="20"/>${problem.title || "This could not be read"}</h1>
  <p>Expected ${problem.expected}, found ${problem.found}${problem.where && ` (${problem.where})`}. ${sentence(problem.next)} Nothing was changed.</p>
  <button class="btn" type="button" onClick=${retry}>Try again</button></div>`;

/** A dialog that opens with the focus on the button that changes nothing. */
export function Dialog({ title, close, children }) {
  const ref = useRef(null);
  useEffect(() => { ref.current.showModal(); (ref.current.querySelector("[data-first]") || ref.current).focus(); }, []);
  return html`<dialog ref=${ref} aria-labelledby="dialog-title" onCancel=${close} onClose=${close}><h2 id="dialog-title">${title}</h2>${children}</dialog>`;
}

// Charts ----------------------------------------------------------------------------------------------------------------
// As SVG: text never scales, colours are tokens, gaps are gaps. Each has a sentence and a table for those who do not see it.

/** The width of an element, followed. */
export function useWidth() {
  const ref = useRef(null), [width, set] = useState(0);
  useEffect(() => {
    const seen = new ResizeObserver(([e]) => set(Math.floor(e.contentRect.width)));
    seen.observe(ref.current);
    return () => seen.disconnect();
  }, []);
  return [ref, width];
}
const Hatch = () => html`<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-bg" width="6" height="6"/><path class="hatch-ln" d="M0 0V6"/></pattern></defs>`;
const r1 = v => Math.round(v * 10) / 10;

/** Even steps of time for an axis, about `want` of them. */
function ticks(from, to, want) {
  const steps = [10e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 14400e3, 21600e3, 43200e3, 86400e3];
  const step = steps.find(s => (to - from) / s <= want) || 86400e3, out = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) out.push(t);
  return out;
}
/** A path over values one a step; null breaks it. When there is more than a value a pixel, the least and the greatest of each are drawn. */
function path(values, x, y) {
  let d = "", pen = "M", column = null, low = 0, high = 0;
  const flush = () => { if (column != null) { d += `${pen}${column} ${r1(y(low))}`; if (high !== low) d += `L${column} ${r1(y(high))}`; pen = "L"; } column = null; };
  const dense = values.length > 1 && Math.abs(x(1) - x(0)) < 1;
  values.forEach((v, i) => {
    if (v == null) { flush(); pen = "M"; return; }
    const c = dense ? Math.round(x(i)) : r1(x(i));
    if (c !== column) { flush(); column = c; low = high = v; } else { low = Math.min(low, v); high = Math.max(high, v); }
  });
  flush();
  return d;
}

/** Rarity over three hours, in a list. */
export function Spark({ values, hot }) {
  if (!values.length) return html`<span class="mut">no score yet</span>`;
  const y = v => 24 - 22 * Math.min(1, Math.max(0, (v + 1) / 5)), x = i => 2 + 92 * i / Math.max(1, values.length - 1);
  return html`<svg width="96" height="26" viewBox="0 0 96 26" role="img" aria-label="score over three hours"><path class="ax2 dots" d="M0 9.3H96"/><path class=${`ln${hot ? " new" : ""}`} d=${path(values, x, y)}/></svg>`;
}

const DASH = ["", " d", " dd"];
/** Evidence by signal since the release: log scale, thresholds dashed and named, below 1 speaks for the release. */
export function EvidenceChart({ points, from, name, thresholds, signals, called }) {
  const [ref, width] = useWidth(), narrow = width < 620, left = 56, right = narrow ? 8 : 196, height = 340, foot = 26;
  const last = points[points.length - 1], to = Math.max(last.atMillis, from + 120e3);
  const L = Math.log10, peak = Math.max(thresholds.act * 10, ...points.map(p => p.evidence), ...points.flatMap(p => Object.values(p.signals)));
  const top = Math.min(8, Math.ceil(L(peak))), x = t => left + (width - left - right) * (t - from) / (to - from);
  const y = v => 26 + (height - foot - 26) * (top - Math.min(top, Math.max(-2, L(Math.max(v, 1e-9))))) / (top + 2);
  const decades = []; for (let d = -2; d <= top; d++) decades.push(d);
  const lines = signals.slice(0, 6).map((s, i) => ({ ...s, values: points.map(p => p.signals[s.signal] ?? null), dash: DASH[i % 3], hot: s.evidence >= thresholds.regressed }));
  const ends = [...lines.map(l => ({ text: l.label, v: l.evidence, cls: l.hot ? "tb" : "" })), { text: "combined", v: last.evidence, cls: "t1b" }].sort((a, b) => b.v - a.v);
  let floor = 0;
  for (const e of ends) { e.y = Math.max(y(e.v) + 4, floor + 15); floor = e.y; }
  const over = floor - (height - foot); if (over > 0) for (const e of ends) e.y -= over;
  const end = width - right, px = i => x(points[i].atMillis), start = Math.min(x(from + thresholds.startUpMillis), end);
  const dot = called && points.find(p => p.atMillis >= called);
  return html`<div ref=${ref} class="chart">${width > 0 && html`<svg width=${width} height=${height} role="img" aria-label=${`Evidence since ${name} started, log scale; combined ${evidence(last.evidence)}; regressed at ${num(thresholds.regressed)}`}>
    <rect class="usual" x=${left} y="26" width=${start - left} height=${height - foot - 26}/>${start - left > 50 && html`<text class="t2 tm f11" x=${(left + start) / 2} y=${height - foot - 8}>start-up</text>`}
    ${decades.map(d => html`<path class=${d === 0 ? "ax2" : "grid"} d=${`M${left} ${y(10 ** d)}H${end}`}/><text class="te t2" x=${left - 8} y=${y(10 ** d) + 4}>${d < 0 ? `1/${num(10 ** -d)}` : num(10 ** d)}</text>`)}
    <text class="t2" x=${start + 8} y=${y(.03)}>below 1: speaks for the release</text>
    ${lines.map(l => html`<path class=${`ln${l.hot ? " new" : ""}${l.dash}`} d=${path(l.values, px, y)}/>`)}
    <path class="ln sum" d=${path(points.map(p => p.evidence), px, y)}/>
    <path class="thr" d=${`M${left} ${y(thresholds.regressed)}H${end}`}/><text class="ti bgt f12" x=${start + 8} y=${y(thresholds.regressed) - 5}>regressed at ${num(thresholds.regressed)}</text>
    <path class="thr" d=${`M${left} ${y(thresholds.act)}H${end}`}/><text class="ti bgt f12" x=${start + 8} y=${y(thresholds.act) - 5}>may act at ${num(thresholds.act)}</text>
    ${dot && html`<circle class="doti" cx=${x(dot.atMillis)} cy=${y(dot.evidence)} r="4"/>`}
    ${ticks(from, to, (end - left) / 76).map(t => html`<path class="ax2" d=${`M${x(t)} ${height - foot}v4`}/><text class="tm t2" x=${x(t)} y=${height - 6}>${hhmm(t)}</text>`)}
    <path class="ax2" d=${`M${left} ${height - foot}H${end}`}/>
    <path class="rel" d=${`M${left} 8V${height - foot}`}/><path class="relf" d=${`M${left} 5h9l-3 4.5l3 4.5h-9z`}/><text class="ta" x=${left + 14} y="14">${name} starts</text>
    ${!narrow && ends.map(e => html`<path class="ax2" d=${`M${end + 3} ${y(e.v)}L${end + 14} ${e.y - 4}`}/><text class=${e.cls} x=${end + 18} y=${e.y}>${e.text}</text><text class=${`te ${e.cls}`} x=${width} y=${e.y}>${evidence(e.v)}</text>`)}
  </svg>${narrow && html`<p class="note">At the end: ${ends.map(e => `${e.text} ${evidence(e.v)}`).join("; ")}.</p>`}`}</div>`;
}

const RARE = [[1 / 6, "10 min"], [1, "hour"], [24, "day"], [730, "month"], [8766, "year"]];
const figure = (track, v) => v == null ? "no data" : track.axis === "rarity" ? rarity(v) : /share|ratio|%/.test(track.unit) && /^%/.test(track.unit) ? `${num(v)} %` : num(v);

/** The scale of a track: from zero for counts, over what is seen for latency and memory, log for rarity. */
function scaleOf(track, top, bottom) {
  if (track.axis === "rarity") {
    const lo = Math.log10(.03), hi = Math.log10(20000);
    return { y: v => bottom - (bottom - top) * (Math.min(hi, Math.max(lo, Math.log10(Math.max(v, 1e-6)))) - lo) / (hi - lo), marks: RARE };
  }
  const all = [track.usualHigh, track.usualLow, track.budget, ...track.lines.flatMap(l => l.values)].filter(v => v != null);
  let hi = Math.max(...all, 1e-9), lo = track.axis === "range" ? Math.min(...all) : 0;
  if (hi <= lo) hi = lo + 1;
  if (track.axis === "range") { const pad = (hi - lo) * .15; lo = Math.max(0, lo - pad); hi += pad; } else hi *= 1.1;
  return { y: v => bottom - (bottom - top) * (v - lo) / (hi - lo), marks: track.axis === "range" ? [[lo, num(lo)], [hi, num(hi)]] : [[0, "0"], [hi / 1.1, num(hi / 1.1)]] };
}

/** All tracks of a workload over one axis of time, with one cursor. */
export function Timeline({ series, cursor, onCursor }) {
  const [ref, width] = useWidth(), narrow = width < 720, left = narrow ? 44 : 192, right = narrow ? 8 : 196;
  const { fromMillis: from, toMillis: to, stepMillis: step, tracks } = series, n = tracks[0] ? Math.max(0, ...tracks[0].lines.map(l => l.values.length)) : 0;
  const end = width - right, x = t => left + (end - left) * (t - from) / (to - from), xi = i => x(from + (i + 1) * step);
  const index = cursor == null ? n - 1 : Math.max(0, Math.min(n - 1, Math.round((cursor - from) / step) - 1));
  let y0 = 32;
  const laid = tracks.map(track => { const height = track.axis === "rarity" ? 150 : narrow ? 72 : 62, top = y0 + (narrow ? 24 : 8), bottom = y0 + height - 10; y0 += height; return { track, top, bottom, base: y0, ...scaleOf(track, top, bottom) }; });
  const height = y0 + 26;
  const move = e => { const box = e.currentTarget.getBoundingClientRect(), t = from + (e.clientX - box.left - left) / (end - left) * (to - from); if (t >= from && t <= to) onCursor(Math.round((t - from) / step) * step + from); };
  const flags = series.flags.filter(f => f.atMillis >= from && f.atMillis <= to);
  return html`<div ref=${ref} class="chart">${width > 0 && html`<svg width=${width} height=${height} role="img" aria-label=${`${tracks.map(t => t.name).join(", ")}, ${hhmm(from)} to ${hhmm(to)} UTC`} onPointerMove=${move}>
    <${Hatch}/>${series.incidents.map(s => html`<rect class="inc" x=${x(Math.max(from, s.fromMillis))} y="32" width=${Math.max(1, x(Math.min(to, s.toMillis ?? to)) - x(Math.max(from, s.fromMillis)))} height=${y0 - 32}/>`)}
    ${series.gaps.map(g => html`<rect class="gapr" x=${x(Math.max(from, g.fromMillis))} y="32" width=${Math.max(2, x(Math.min(to, g.toMillis)) - x(Math.max(from, g.fromMillis)))} height=${y0 - 32}><title>no data, ${hhmm(g.fromMillis)} to ${hhmm(g.toMillis)}: ${g.why}</title></rect>`)}
    ${laid.map(({ track, top, bottom, base, y, marks }) => html`
      <text class="t1" x="0" y=${narrow ? top - 8 : top + 8}>${track.name}${narrow && html`<tspan class="t2" dx="8">${track.unit}</tspan>`}</text>${!narrow && html`<text class="t2" x="0" y=${top + 24}>${track.unit}</text>`}
      ${!narrow && track.usualLow != null && html`<text class="t2" x="0" y=${top + 40}>usual ${num(track.usualLow)} to ${num(track.usualHigh)}</text>`}
      ${track.usualLow != null && html`<rect class="usual" x=${left} y=${y(track.usualHigh)} width=${end - left} height=${Math.max(1, y(track.usualLow) - y(track.usualHigh))}/>`}
      ${marks.map(([v, text]) => html`<path class="grid" d=${`M${left} ${r1(y(v))}H${end}`}/><text class="te t2 f11" x=${left - 7} y=${y(v) + 4}>${text}</text>`)}
      ${track.lines.map(l => html`<path class=${`ln${l.isNew && l.deviates ? " new" : l.isNew ? " ink" : ""}`} d=${path(l.values, xi, y)}/>`)}
      ${track.budget != null && html`<path class="thr" d=${`M${left} ${y(track.budget)}H${end}`}/><text class="ti bgt f12" x=${left + 60} y=${y(track.budget) - 5}>budget: one false alarm a ${rarity(track.budget).replace(/^1 /, "")}</text>`}
      <path class="ax" d=${`M0 ${base}H${width}`}/>
      ${!narrow && track.lines.slice(-2).reverse().map((l, i) => html`<text class=${l.isNew && l.deviates ? "tb" : ""} x=${end + 16} y=${top + 8 + i * 18}>${l.releaseName}</text><text class=${`te ${l.isNew && l.deviates ? "tb" : ""}`} x=${width} y=${top + 8 + i * 18}>${figure(track, l.values[index])}</text>`)}`)}
    ${flags.map(f => { const fx = r1(x(f.atMillis)), flip = fx > left + 160; return html`<path class=${`rel${f.own ? "" : " o"}`} d=${`M${fx} 18V${y0}`}/><path class=${f.own ? "relf" : "relh"} d=${`M${fx} 12h9l-3 4.5l3 4.5h-9z`}/><text class=${`ta bgt${flip ? " te" : ""}`} x=${flip ? fx - 6 : fx + 14} y="20">${f.name}, ${hhmm(f.atMillis)}</text>`; })}
    ${ticks(from, to, (end - left) / 80).map(t => html`<path class="ax2" d=${`M${x(t)} ${y0}v4`}/><text class="tm t2" x=${x(t)} y=${y0 + 19}>${hhmm(t)}</text>`)}
    ${!narrow && html`<text class="t2" x="0" y=${y0 + 19}>UTC</text><text class="ti" x=${end + 16} y="22">${cursor == null ? "newest" : `at ${clock(from + (index + 1) * step)}`}</text>`}
    ${cursor != null && html`<path class="cur" d=${`M${xi(index)} 32V${y0}`}/>`}
  </svg>`}${narrow && n > 0 && html`<p class="note">${cursor == null ? "Newest" : `At ${clock(from + (index + 1) * step)}`}: ${tracks.map(t => t.lines.slice(-2).reverse().map(l => `${t.name} ${l.releaseName} ${figure(t, l.values[index])}`).join(", ")).join("; ")}.</p>`}</div>`;
}

/** Releases and disturbances around an incident, one line a workload. */
export function DeployedChart({ rows, to }) {
  const [ref, width] = useWidth(), left = Math.min(220, width * .3), words = width < 900 ? 0 : 240;
  const times = rows.flatMap(r => [...r.releases.map(m => m.atMillis), r.disturbedFromMillis]).filter(Boolean);
  const from = Math.min(...times, to - 3600e3) - 300e3, end = width - words, x = t => left + (end - left) * (t - from) / (to - from), height = rows.length * 30 + 40;
  return html`<div ref=${ref} class="chart">${width > 0 && html`<svg width=${width} height=${height} role="img" aria-label=${rows.map(r => `${r.workloadName}: ${r.releases.map(m => `${m.name} at ${hhmm(m.atMillis)}`).join(", ") || "no release"}, ${r.words}`).join("; ")}>
    ${ticks(from, to, (end - left) / 90).map(t => html`<path class="grid" d=${`M${x(t)} 6V${height - 24}`}/><text class="tm t2" x=${x(t)} y=${height - 8}>${hhmm(t)}</text>`)}
    ${rows.map((r, i) => { const y = 26 + i * 30; return html`<text class="t1" x="0" y=${y + 4}>${r.workloadName}</text><path class="ax2" d=${`M${left} ${y}H${end}`}/>
      ${r.disturbedFromMillis && html`<rect class=${i ? "fill-watch" : "fill-bad"} x=${x(r.disturbedFromMillis)} y=${y - 6} width=${Math.max(3, x(r.disturbedToMillis || to) - x(r.disturbedFromMillis))} height="12"/>`}
      ${r.releases.map(m => { const fx = x(m.atMillis), flip = fx > (left + end) / 2; return html`<path class="rel" d=${`M${fx} ${y - 13}V${y + 3}`}/><path class="relf" d=${`M${fx} ${y - 14}h9l-3 4l3 4h-9z`}/><text class=${`ta bgt${flip ? " te" : ""}`} x=${flip ? fx - 6 : fx + 13} y=${y - 5}>${m.name}, ${hhmm(m.atMillis)}</text>`; })}
      ${words > 0 && html`<text class="t2" x=${end + 12} y=${y + 4}>${r.words}</text>`}`; })}</svg>`}</div>`;
}

/** The same figures as a table. */
export const SeriesTable = ({ series }) => html`<div class="scroll tall"><table><caption class="vh">The figures of the charts above, newest first</caption><thead><tr><th scope="col">UTC</th>${series.tracks.flatMap(t => t.lines.map(l => html`<th scope="col" class="r">${t.name}, ${t.unit}<br/>${l.releaseName}</th>`))}</tr></thead>
  <tbody>${[...Array(Math.min(60, Math.max(0, ...series.tracks.flatMap(t => t.lines.map(l => l.values.length))))).keys()].map(k => { const n = Math.max(...series.tracks.flatMap(t => t.lines.map(l => l.values.length))), i = n - 1 - k;
    return html`<tr><th scope="row">${clock(series.fromMillis + (i + 1) * series.stepMillis)}</th>${series.tracks.flatMap(t => t.lines.map(l => html`<td class="r">${figure(t, l.values[i])}</td>`))}</tr>`; })}</tbody></table></div>`;

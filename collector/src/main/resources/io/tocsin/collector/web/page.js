// The frame: bar, kill switch, bands, addresses, keys, dialogs, what is said aloud. The views are in views.js.
import { html, render, useEffect, useRef, useState } from "./vendor/preact-htm.js";
import { Dialog, Icon, clock, hhmm, keyPath, plural, span } from "./parts.js";
import { agreeOnTime, call, connect, go, live, now, readAgain, start, useRead, useTick, watch } from "./live.js";
import { viewOf } from "./views.js";

const root = document.documentElement;
const store = { get: k => { try { return localStorage.getItem(k); } catch { return null; } }, set: (k, v) => { try { localStorage.setItem(k, v); } catch { /* private mode: it lasts as long as the page */ } } };
const system = matchMedia("(prefers-color-scheme: dark)");
const themed = () => { root.dataset.theme = store.get("tocsin-theme") || (system.matches ? "dark" : "light"); };
themed();
system.addEventListener("change", themed);

addEventListener("click", e => {
  const link = e.target.closest("a[href]");
  if (!link || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || link.origin !== location.origin || link.pathname.startsWith("/api/") || link.hash && link.pathname === location.pathname) return;
  e.preventDefault();
  go(link.pathname + link.search + link.hash);
});

const NAV = [["/", "Overview"], ["/incidents", "Incidents"], ["/releases", "Releases"], ["/agents", "Agents"], ["/policy", "Policy"]];
const navOf = path => path.startsWith("/i/") ? "/incidents" : path.includes("/r/") ? "/releases" : path.startsWith("/w/") ? "/" : NAV.slice(1).map(([p]) => p).find(p => path.startsWith(p)) || "/";

function ArmDialog({ status, close, done }) {
  const [typed, type] = useState(""), [error, fail] = useState(null);
  const arm = e => { e.preventDefault(); if (typed === "arm") call("/api/kill-switch", "POST", { stopped: false, confirm: "arm" }).then(() => { done(); close(); }, fail); };
  return html`<${Dialog} title="Arm rollbacks again?" close=${close}><form onSubmit=${arm}>
    <p>${status.waiting ? `${plural(status.waiting, "question")} ${status.waiting === 1 ? "is" : "are"} open. ` : ""}Nothing is rolled back at once: each decision runs its preflight anew.</p>
    <p><label>Type arm <input type="text" autocomplete="off" data-first value=${typed} onInput=${e => type(e.target.value.trim())}/></label></p>
    ${error && html`<p class="bad" role="alert">Not armed. Expected ${error.expected}, found ${error.found}. ${error.next}.</p>`}
    <div class="two"><button class="btn lg" disabled=${typed !== "arm"}>Arm</button><button class="btn lg" type="button" onClick=${close}>Leave stopped</button></div></form><//>`;
}
const KEYS = [["g o", "Overview"], ["g i", "Incidents"], ["g r", "Releases"], ["g a", "Agents"], ["g p", "Policy"], ["/", "go to a workload, release, incident or agent"], ["j k", "next, previous row"], ["Enter", "open it"], ["u", "up"],
  ["← →", "cursor by a window; with Shift by a minute"], ["+ −", "range"], ["l", "back to live"], ["t", "theme"], ["?", "this list"], ["Shift K", "stop all rollbacks"]];
const KeysDialog = ({ close }) => { const [off, set] = useState(store.get("tocsin-keys") === "off"); return html`<${Dialog} title="Keys" close=${close}><dl class="keys">${KEYS.map(([k, what]) => html`<dt><kbd>${k}</kbd></dt><dd>${what}</dd>`)}</dl>
  <p><label><input type="checkbox" checked=${off} onChange=${e => { store.set("tocsin-keys", e.target.checked ? "off" : "on"); set(e.target.checked); }}/> Single keys off</label></p><p class="note">No key approves, refuses or arms.</p><div class="two"><button class="btn lg" data-first type="button" onClick=${close}>Close</button></div><//>`; };

function GoTo({ close }) {
  const [typed, type] = useState(""), { value: workloads = [] } = useRead("/api/workloads", () => false), { value: releases = [] } = useRead("/api/releases", () => false), { value: incidents = [] } = useRead("/api/incidents", () => false), { value: agents = [] } = useRead("/api/agents", () => false);
  const all = [...workloads.map(w => [`${w.group}/${w.name}`, "workload", keyed(w.key)]), ...releases.map(r => [`${r.workloadName} ${r.name}`, "release", `${keyed(r.workload)}/r/${encodeURIComponent(r.release)}`]),
    ...incidents.map(i => [i.title, "incident", `/i/${encodeURIComponent(i.id)}`]), ...agents.map(a => [a.id, "agent", `/agents/${encodeURIComponent(a.id)}`])];
  const found = all.filter(([name]) => name.toLowerCase().includes(typed.toLowerCase())).slice(0, 8);
  const open = path => { close(); go(path); };
  return html`<${Dialog} title="Go to" close=${close}><form onSubmit=${e => { e.preventDefault(); if (found[0]) open(found[0][2]); }}><input class="full" type="text" data-first aria-label="Workload, release, incident or agent" placeholder="Workload, release, incident, agent" value=${typed} onInput=${e => type(e.target.value)}/></form>
    <ul class="found">${found.map(([name, kind, path]) => html`<li><a href=${path} onClick=${e => { e.preventDefault(); e.stopPropagation(); open(path); }}>${name}</a> <span class="mut">${kind}</span></li>`)}${!found.length && html`<li class="mut">Nothing of that name.</li>`}</ul><//>`;
}
const keyed = key => `/w/${keyPath(key)}`;

function KillSwitch({ status, stop, arm }) {
  const stopped = status && status.killSwitch.stopped;
  return html`<div class="kill" role="group" aria-label="Kill switch">${stopped
    ? html`<span class="s stopped"><${Icon} of="stop"/><b><span class="w">Rollbacks </span>stopped</b></span><button class="stopped" type="button" disabled=${live.lost} onClick=${arm}>Arm again…</button>`
    : html`<span class="s"><${Icon} of="armed"/><span>${live.lost && status ? `armed at ${hhmm(status.nowMillis)}` : html`<span class="w">Rollbacks </span>${status ? "armed" : "unknown"}`}</span></span>
      <button type="button" title="Stops every automatic and approved rollback at once. Watching and alerts go on. Shift+K" onClick=${stop}>Stop all</button>`}</div>`;
}
const Band = ({ cls, children, role = "status" }) => html`<div class=${`bandx ${cls}`} role=${role}><div class="in"><span class="hz"></span>${children}</div></div>`;

function Clock() {
  useTick();
  const behind = live.behindMillis, late = behind > 15e3;
  return html`<div class="clock"><b class=${live.lost ? "cannot" : ""}>${clock(now())} UTC</b><span class=${`live${live.lost ? " cannot" : ""}`}>${live.lost ? `no data for ${span(Date.now() - live.heardAt)}`
    : html`<${Icon} of=${late ? "watch" : "well"} size="10"/>${behind == null ? "live, no window yet" : late ? `late, ${span(behind)} behind` : `live, ${Math.round(behind / 1e3)} s behind`}`}</span></div>`;
}
function LostBand({ status }) {
  useTick();
  return html`<${Band} cls="lost" role="alert"><span><b>This page has had no data for ${span(Date.now() - live.heardAt)}.</b> What you see is from ${status ? clock(status.nowMillis) : "before"}; Tocsin itself may be working.${live.nextTry ? ` Next try in ${Math.max(0, Math.round((live.nextTry - Date.now()) / 1e3))} s.` : ""} Without the page: <code>tocsin kill-switch stop</code></span><button class="btn" type="button" onClick=${connect}>Try now</button><//>`;
}

function App() {
  const [path, set] = useState(location.pathname), [dialog, open] = useState(null), [said, say] = useState(""), [problem, fail] = useState(null), [, redraw] = useState(0);
  const { value: status } = useRead("/api/status", e => e.kind !== "agent" && e.kind !== "learning"), { value: session } = useRead("/api/session", () => false);
  useEffect(() => { const moved = () => { set(location.pathname); scrollTo(0, 0); setTimeout(() => document.querySelector("main h1")?.focus({ preventScroll: true }), 50); }; addEventListener("popstate", moved); return () => removeEventListener("popstate", moved); }, []);
  // At most one announcement in 5 s: the last one waits its turn.
  useEffect(() => { let last = 0, timer; return watch(e => {
    if (e.kind === "connection") redraw(n => n + 1);
    if (e.sentence && ["verdict", "kill-switch", "connection"].includes(e.kind)) { clearTimeout(timer); timer = setTimeout(() => { last = Date.now(); say(e.sentence); }, Math.max(0, 5e3 - (Date.now() - last))); }
  }); }, []);
  useEffect(() => { root.toggleAttribute("data-lost", live.lost); root.dataset.conn = live.lost ? "lost" : "live"; });
  useEffect(() => { document.title = `${status && status.waiting ? `▲ ${status.waiting} waits, ` : status && status.killSwitch.stopped ? "■ stopped, " : ""}Tocsin`; });
  const stop = () => call("/api/kill-switch", "POST", { stopped: true }).then(() => { fail(null); readAgain(); }, fail);
  const keys = useRef({}); keys.current = { stop, open };
  useEffect(() => onKeys(keys), []);
  const View = viewOf(path), kill = status && status.killSwitch;
  return html`<a class="skip" href="#main">Skip to content</a>
  <header class="top"><div class="in"><a class="brand" href="/" aria-label="Tocsin, overview"><${Icon} of="bell"/><span>Tocsin</span></a>
    <nav class="main" aria-label="Main">${NAV.map(([p, name]) => html`<a href=${p} aria-current=${navOf(path) === p ? "page" : null}>${name}${status && p === "/incidents" && status.openIncidents > 0 && html`<span class="n bad">${status.openIncidents}<span class="vh"> open</span></span>`}
      ${status && p === "/releases" && status.releasesOnWatch > 0 && html`<span class="n">${status.releasesOnWatch}<span class="vh"> on watch</span></span>`}</a>`)}</nav><span class="sp"></span>
    <button class="goto" type="button" onClick=${() => open("goto")}>Go to <kbd>/</kbd></button><${Clock}/><${KillSwitch} status=${status} stop=${stop} arm=${() => open("arm")}/></div></header>
  ${kill && kill.stopped && html`<${Band}><span><b>All rollbacks are stopped</b>${kill.sinceMillis && ` since ${clock(kill.sinceMillis)} UTC, by ${kill.by}`}. Watching, verdicts and alerts go on. ${kill.inFlight ? `${plural(kill.inFlight, "rollback")} already sent cannot be recalled.` : "No rollback is in flight."}</span><//>`}
  ${problem && html`<${Band} cls="lost" role="alert"><span><b>Stopping could not be confirmed.</b> Expected ${problem.expected}, found ${problem.found}. Without the page: <code>tocsin kill-switch stop</code></span><button class="btn" type="button" onClick=${() => fail(null)}>Close</button><//>`}
  ${live.lost && html`<${LostBand} status=${status}/>`}
  <main id="main"><${View} path=${path} status=${status} session=${session}/></main>
  <p class="vh" role="status" aria-live="polite">${said}</p>
  ${dialog === "arm" && status && html`<${ArmDialog} status=${status} close=${() => open(null)} done=${readAgain}/>`}${dialog === "keys" && html`<${KeysDialog} close=${() => open(null)}/>`}${dialog === "goto" && html`<${GoTo} close=${() => open(null)}/>`}`;
}

/** Keys of the whole page. Off while typing, in dialogs, and with a modifier. */
function onKeys(keys) {
  let prefix = 0;
  const rows = () => [...document.querySelectorAll("tr[data-open]")];
  const move = by => { const list = rows(), i = list.indexOf(document.activeElement); list[Math.max(0, Math.min(list.length - 1, i < 0 ? (by > 0 ? 0 : list.length - 1) : i + by))]?.focus(); };
  const pressed = e => {
    if (e.target.closest("input, select, textarea, dialog") || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "K" && e.shiftKey) { keys.current.stop(); return; }
    if (e.key === "Enter" && e.target.dataset.open) { go(e.target.dataset.open); return; }
    if (store.get("tocsin-keys") === "off" && e.key !== "?") return;
    const views = { o: "/", i: "/incidents", r: "/releases", a: "/agents", p: "/policy" };
    if (Date.now() - prefix < 1500 && views[e.key]) { prefix = 0; go(views[e.key]); return; }
    const act = { g: () => { prefix = Date.now(); }, j: () => move(1), k: () => move(-1), "?": () => keys.current.open("keys"), "/": () => keys.current.open("goto"),
      t: () => { store.set("tocsin-theme", root.dataset.theme === "dark" ? "light" : "dark"); themed(); }, u: () => go(location.pathname.includes("/r/") ? location.pathname.split("/r/")[0] : location.pathname.startsWith("/i/") ? "/incidents" : "/") }[e.key];
    if (act) { e.preventDefault(); act(); }
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

/** The link that `up` prints carries a token behind #, which never reaches a log; it is exchanged once for a cookie. */
async function exchange() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  history.replaceState(null, "", location.pathname + location.search);
  await call("/api/session", "POST", { token }).catch(() => {});
}
await exchange();
await agreeOnTime();
start();
render(html`<${App}/>`, document.getElementById("app"));

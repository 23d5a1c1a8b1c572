// What the page knows of the collector: requests, the stream of events, the session.
import { useEffect, useState } from "./vendor/preact-htm.js";

const LATE_MILLIS = 15e3; // three heartbeats missed
const watchers = new Set();
let source = null, lastId = null, wait = 1e3, heard = Date.now(), retry = null;

/** The state of the connection: lost, since when, and the newest heartbeat. */
export const live = { lost: false, heardAt: Date.now(), nextTry: null, behindMillis: null, offset: 0 };
/** Now by the collector's clock. */
export const now = () => Date.now() + live.offset;

/** Learns the collector's clock before anything is drawn: the deadline of an answer must not hang on the reader's. */
export const agreeOnTime = () => call("/api/status").then(s => { live.offset = s.nowMillis - Date.now(); live.behindMillis = s.behindMillis; }, () => {});

/** Calls back on each event, as {kind, workload, release, subject, sentence}; kind `connection` when it was lost or came back. */
export function watch(callback) { watchers.add(callback); return () => watchers.delete(callback); }
const tell = event => watchers.forEach(w => w(event));

function alive() {
  heard = live.heardAt = Date.now();
  if (live.lost) { live.lost = false; tell({ kind: "connection", sentence: "Connected again." }); tell({ kind: "gap" }); }
}
export function connect() {
  clearTimeout(retry);
  if (source) source.close();
  live.nextTry = null;
  source = new EventSource(`/api/events${lastId == null ? "" : `?since=${lastId}`}`);
  source.addEventListener("heartbeat", e => {
    const beat = JSON.parse(e.data);
    live.offset = beat.nowMillis - Date.now();
    live.behindMillis = beat.behindMillis;
    wait = 1e3;
    alive();
    tell({ kind: "heartbeat" });
  });
  for (const kind of ["verdict", "response", "release", "incident", "kill-switch", "agent", "learning", "silence", "window", "gap"])
    source.addEventListener(kind, e => { lastId = e.lastEventId; alive(); tell({ ...JSON.parse(e.data), kind }); });
  // Our own reconnection: a browser's would neither back off nor say when it tries next.
  source.onerror = () => {
    source.close();
    const delay = wait * (.5 + Math.random());
    wait = Math.min(30e3, wait * 2);
    live.nextTry = Date.now() + delay;
    retry = setTimeout(connect, delay);
  };
}
export function start() {
  connect();
  setInterval(() => {
    if (!live.lost && !document.hidden && Date.now() - heard > LATE_MILLIS) { live.lost = true; tell({ kind: "connection", sentence: "This page has no data from the collector." }); }
  }, 1e3);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source.close(); clearTimeout(retry); } else { heard = Date.now(); connect(); tell({ kind: "gap" }); }
  });
}

/** A request; throws the error's {expected, found, where, next}. */
export async function call(path, method = "GET", body) {
  let answer;
  try {
    answer = await fetch(path, { method, signal: AbortSignal.timeout(15e3), headers: body === undefined ? {} : { "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw { status: 0, expected: "an answer of the collector", found: "none", where: path, next: "see whether it runs: tocsin status" };
  }
  const json = await answer.json().catch(() => null);
  if (!answer.ok) throw { status: answer.status, ...(json || { expected: "JSON", found: answer.statusText, where: path, next: "try again" }) };
  return json;
}

/**
 * What a path answers, read again when an event concerns it, at most once a second.
 * @param concerns of an event, whether to read again
 */
export function useRead(path, concerns = () => true) {
  const [state, set] = useState({ path });
  useEffect(() => {
    let current = true, timer = null, last = 0, slow = null;
    const read = () => {
      timer = null; last = Date.now();
      call(path).then(value => current && set({ path, value }), error => current && set(s => s.path === path && s.value && error.status === 0 ? s : { path, error }))
        .finally(() => clearTimeout(slow));
    };
    // A skeleton only when it takes long enough to be noticed, and never over known data.
    slow = setTimeout(() => current && set(s => s.path === path && (s.value || s.error) ? s : { path, slow: true }), 300);
    read();
    const off = watch(e => { if (e.kind !== "heartbeat" && e.kind !== "connection" && !timer && (e.kind === "gap" || concerns(e))) timer = setTimeout(read, Math.max(0, 1e3 - (Date.now() - last))); });
    const again = () => read();
    addEventListener("tocsin-again", again);
    return () => { current = false; off(); clearTimeout(timer); clearTimeout(slow); removeEventListener("tocsin-again", again); };
  }, [path]);
  return state.path === path ? state : { path };
}
/** Reads everything shown again, e.g. after a write. */
export const readAgain = () => dispatchEvent(new Event("tocsin-again"));
/** Goes to an address of this page without loading it anew. */
export function go(path, replace) { history[replace ? "replaceState" : "pushState"](null, "", path); dispatchEvent(new PopStateEvent("popstate")); }
/** Once a second, for what counts: the clock, the deadline. */
export function useTick() { const [, set] = useState(0); useEffect(() => { const t = setInterval(() => set(n => n + 1), 1e3); return () => clearInterval(t); }, []); }

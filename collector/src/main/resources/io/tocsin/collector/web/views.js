// The views. Each opens with the sentence that answers, then what proves it, in the order a doubter asks.
import { html, useEffect, useState } from "./vendor/preact-htm.js";
import { Bar, Boxes, Checks, Crumb, Dialog, Head, Icon, Ladder, Lead, Meter, Problem, Section, Skeleton, State, Steps, Strip, Table, UNKNOWN, Verdict,
  age, at, bytes, cap, clock, evidence, hhmm, keyPath, num, percent, plural, rarity, sentence, shape, span, toRelease, toWorkload,
  DeployedChart, EvidenceChart, SeriesTable, Spark, Timeline } from "./parts.js";
import { call, go, live, now, readAgain, useRead, useTick } from "./live.js";

/** Shows what was read, or that it is being read, or why it could not be. */
const Shown = ({ read, children }) => read.value !== undefined ? html`<div class="stale">${children(read.value)}</div>` : read.error ? html`<${Problem} problem=${read.error} retry=${readAgain}/>`
  : html`<h1 class="vh" tabindex="-1">Loading</h1>${read.slow && html`<${Skeleton}/>`}`;
const Name = ({ w }) => html`<a class="plain nw" href=${toWorkload(w.key)}><span class="mut">${w.group}/</span><b>${w.name}</b></a>${w.team && html`<span class="sub">${w.team}</span>`}`;
const ReleaseLink = ({ w }) => w.release ? html`<a class="plain" href=${toRelease(w.key, w.release)}>${w.releaseName}</a>` : html`<span class="mut">unknown</span>`;
const since = ms => ms == null ? UNKNOWN : age(Math.max(0, now() - ms));

// Overview --------------------------------------------------------------------------------------------------------------
function Gauge({ value, low, high, mark, form }) {
  const x = v => 300 * Math.min(1, Math.max(0, (v - low) / (high - low)));
  return html`<svg class="gaugebar" viewBox="0 0 300 36" aria-hidden="true"><path class="ax2" d="M0 14H300"/>${[...Array(21).keys()].map(i => html`<path class="ax2" d=${`M${Math.min(299.5, Math.max(.5, i * 15))} 14v${i % 5 ? 3 : 5}`}/>`)}
    <rect class="fill-ink2" y="8" width=${x(value)} height="6"/><path class="goal" d=${`M${x(mark)} 2V19`}/><text class="t2 f11" y="31">${form(low)}</text><text class="t2 te f11" x="300" y="31">${form(high)}</text><text class="t2 tm f11" x=${x(mark)} y="31">${form(mark)}</text></svg>`;
}
function Trust({ r }) {
  const top = r && Math.max(4, Math.ceil(r.falseAlarmsKept || 0), 2 * (r.falseAlarmsDeclared || 0));
  return html`<aside class="rail" aria-label="Tocsin's own record"><h2>Is Tocsin itself to be trusted? <span>${r ? r.days >= 1 ? plural(Math.floor(r.days), "day") : "less than a day" : ""}</span></h2>
    ${!r ? html`<p>Nothing to show yet: no incident, no verdict, no rollback. What it promises and what it keeps will stand here.</p>` : html`
    <div class="gauge"><div class="lab">False alarms, a month</div><div class="v">${r.falseAlarmsKept == null ? "not yet known" : r.falseAlarmsKept.toFixed(1)} <small>${r.falseAlarmsKept == null ? "" : "kept"}${r.falseAlarmsDeclared == null ? "" : `; ${r.falseAlarmsDeclared.toFixed(1)} declared`}</small></div>
      ${r.falseAlarmsKept != null && r.falseAlarmsDeclared != null && html`<${Gauge} value=${r.falseAlarmsKept} low=${0} high=${top} mark=${r.falseAlarmsDeclared} form=${num}/>`}<p>${plural(r.incidents, "incident")}; ${r.markedFalse} marked false and ${r.unmarked} left unmarked, which counts as false.</p></div>
    ${r.coverage != null && html`<div class="gauge"><div class="lab">Coverage</div><div class="v">${percent(r.coverage)} <small>of workloads judged${r.coverageWanted ? `; ${percent(r.coverageWanted)} wanted` : ""}</small></div>${r.coverageWanted && html`<${Gauge} value=${r.coverage} low=${Math.min(.9, Math.floor(r.coverage * 10) / 10)} high=${1} mark=${r.coverageWanted} form=${v => `${Math.round(v * 100)} %`}/>`}</div>`}
    <div class="gauge pair"><div><div class="lab">Release to verdict, median</div><div class="v">${r.toVerdictMillis == null ? html`<small>none yet</small>` : span(r.toVerdictMillis)}</div></div><div><div class="lab">Release to restored, median</div><div class="v">${r.toRestoredMillis == null ? html`<small>none yet</small>` : span(r.toRestoredMillis)}</div></div></div>
    <div class="gauge"><div class="lab">Rollbacks</div><div class="v">${r.rollbacks} <small>done</small></div><p>${r.rollbacks ? `${r.helped} helped, ${r.didNotHelp} did not and ${r.didNotHelp === 1 ? "was" : "were"} escalated, ${r.wrong} were wrong. ` : ""}<a href="/releases">List</a></p></div>`}</aside>`;
}
const NEEDS = [["State", "nw", w => html`<${State} word=${w.state}/>`], ["Workload, team", "", w => html`<${Name} w=${w}/>`], ["What Tocsin knows", "what", w => html`<${Lead} text=${w.sentence}/>`],
  ["Release", "nw", w => html`<${ReleaseLink} w=${w}/>`, "release"], ["Risk", "r", w => w.risk == null ? html`<span class="mut nw">not yet</span>` : w.risk, "risk"], ["For", "nw mut", w => since(w.sinceMillis), "for"],
  ["Score, 3 h", "only-phone-hide", w => html`<${Spark} values=${w.spark} hot=${w.state === "anomalous"}/>`], [html`<span class="vh">Act</span>`, "r nw act", w => w.askedUntilMillis && w.release ? html`<a class="btn go sm" href=${toRelease(w.key, w.release)}>Answer<span class="vh"> for ${w.name}</span></a>` : null]];
const WELL = [["State", "", w => html`<${State} word=${w.state}/>`], ["Workload", "nw", w => html`<a class="plain" href=${toWorkload(w.key)}><span class="mut">${w.group}/</span>${w.name}</a>`], ["Release", "", w => html`<${ReleaseLink} w=${w}/>`, "release"], ["Rank", "mut", w => w.rank || UNKNOWN, "rank"], ["Instances", "r", w => w.instances, "instances"],
  ["Requests", "r nw", w => w.requestsPerSecond == null ? html`<span class="mut">not exposed</span>` : `${num(w.requestsPerSecond)} /s`, "requests"], ["Complete", "r nw", w => percent(w.completeness), "complete"], ["Risk", "r", w => w.risk ?? html`<span class="mut">not yet</span>`, "risk"], ["Score, 3 h", "r spk only-phone-hide", w => html`<${Spark} values=${w.spark}/>`]];
const ORDER = { need: null, risk: (a, b) => (b.risk ?? -1) - (a.risk ?? -1), name: (a, b) => `${a.group}/${a.name}`.localeCompare(`${b.group}/${b.name}`) };

/** Words of a filter: name or team, ns:, state:, release:. */
const matches = (w, q) => q.toLowerCase().split(/\s+/).filter(Boolean).every(word => {
  const [, field, value] = /^(ns|state|release):(.*)$/.exec(word) || [null, "", word];
  const text = { ns: w.group, state: w.state.replace(/ /g, "-"), release: w.releaseName || "" }[field] ?? `${w.group}/${w.name} ${w.team || ""}`;
  return text.toLowerCase().includes(value);
});
function Well({ all }) {
  const params = new URLSearchParams(location.search), [q, find] = useState(params.get("q") || ""), [order, by] = useState(ORDER[params.get("sort")] === undefined ? "need" : params.get("sort")), [shown, show] = useState(60);
  useEffect(() => { const p = new URLSearchParams(); if (q) p.set("q", q); if (order !== "need") p.set("sort", order); history.replaceState(null, "", location.pathname + (p.size ? `?${p}` : "")); }, [q, order]);
  const list = all.filter(w => q ? matches(w, q) : w.state === "well"), sorted = ORDER[order] ? [...list].sort(ORDER[order]) : list;
  return html`<${Section} name=${q ? "Found" : "Well"} say=${q ? `${num(list.length)} of ${num(all.length)} match.` : `${num(list.length)}, calm.`}><div class="tools"><input type="text" aria-label="Filter workloads" placeholder="Filter: name, team, ns:, state:, release:" value=${q} onInput=${e => find(e.target.value)}/>
    <span class="seg" role="group" aria-label="Order">${Object.keys(ORDER).map(o => html`<button type="button" aria-pressed=${o === order} class=${o === order ? "on" : ""} onClick=${() => by(o)}>By ${o}</button>`)}</span></div>
    ${!list.length && q ? html`<p class="say">No workload matches <span class="mono">${q}</span>. <button class="btn" type="button" onClick=${() => find("")}>Clear filter</button></p>` : html`<${Table} cols=${WELL} rows=${sorted.slice(0, shown)} cls="stack" open=${w => toWorkload(w.key)} empty="None is well yet."/>`}
    <p class="note">Showing ${num(Math.min(shown, list.length))} of ${num(list.length)}${q ? "" : " well"}; <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens. ${shown < list.length && html`<button class="btn sm" type="button" onClick=${() => show(shown + 200)}>Show more</button>`}</p><//>`;
}
function Lamps({ all }) {
  const groups = new Map();
  for (const w of all) groups.set(w.group, [...(groups.get(w.group) || []), w]);
  return html`<${Section} name="Every workload" say=${`${num(all.length)}, by namespace. What is well is a dot; what is lit has a shape.`}><div class="lamps">${[...groups].sort().map(([group, list]) => html`<div><span class="mut" title=${group}>${group}</span><ul aria-label=${`${group}, ${plural(list.length, "workload")}`}>
    ${[...list].sort(ORDER.name).map(w => { const s = shape(w.state); return html`<li class=${s === "well" ? "q" : `lit ${s}`}><a href=${toWorkload(w.key)} title=${`${w.name}, ${w.state}`} aria-label=${`${w.name}, ${w.state}`}><${Icon} of=${s}/></a></li>`; })}</ul></div>`)}</div>
    <p class="legend">${["anomalous", "on watch", "cannot judge", "learning", "well"].map(s => html`<${State} word=${s}/>`)}</p><//>`;
}
function Overview({ status }) {
  const read = useRead("/api/overview", e => e.kind !== "agent"), { value: all = [] } = useRead("/api/workloads", e => e.kind !== "agent");
  return html`<${Shown} read=${read}>${o => html`<${Head} top icon=${o.state ? shape(o.state) : "learn"} title=${o.headline}><${Lead} text=${o.sentence}/><//>
    <div class="cols"><section class="opens" aria-label="Needs a look"><h2 class="vh">Needs a look</h2>${o.needs.length ? html`<${Table} cls="stack lead" cols=${NEEDS} rows=${o.needs} rowClass=${w => w.state === "anomalous" ? "hot" : ""} open=${w => toWorkload(w.key)}/>`
      : o.counts.workloads ? html`<div class="calm"><p>Last look ${live.behindMillis == null ? UNKNOWN : `${Math.round(live.behindMillis / 1e3)} s`} ago. ${o.lastNeed ? `The last thing that needed a person: ${o.lastNeed}.` : "Nothing has needed a person so far."}</p><p>${o.completeness == null ? "How complete this is, is unknown." : `Complete: ${percent(o.completeness)} of bytes read.`} If this line were missing, quiet would mean nothing.</p></div>`
      : html`<div class="calm"><p>${status ? `The collector listens on ${status.ingest} since ${at(status.startedAtMillis, now())}. ` : ""}Start an agent beside a service:</p><div class="cmd">tocsin agent --collector ${status ? status.ingest : "127.0.0.1:7601"}</div><p>Live windows show within 10 s, metric deviation within a minute, model scores once enough clean windows were seen.</p></div>`}</section><${Trust} r=${o.record}/></div>
    ${all.length > 0 && html`<div class="space"></div><${Lamps} all=${all}/><${Well} all=${all}/>`}`}<//>`;
}

// Workload --------------------------------------------------------------------------------------------------------------
const HEADS = { "anomalous": "is anomalous", "on watch": "is on watch", "cannot judge": "cannot be judged", "learning": "is learning", "well": "is well" };
const RANGES = [["15m", "15 min"], ["90m", "90 min"], ["6h", "6 h"], ["2d", "2 d"]];
const unit = (v, u) => v == null ? UNKNOWN : `${num(v)}${u ? ` ${u}` : ""}`;
const usual = c => c.usualLow == null ? "never" : c.usualLow === c.usualHigh ? unit(c.usualLow, c.unit) : `${num(c.usualLow)} to ${unit(c.usualHigh, c.unit)}`;
const direction = c => c.usualLow == null ? "new" : c.seen > c.usualHigh ? "above" : c.seen < c.usualLow ? "below" : "inside";
const WHY = [["Feature", "", c => c.share >= .1 ? html`<b>${c.feature}</b>` : c.feature], ["Share of the score", "", c => html`<span class="shared"><span>${percent(c.share)}</span><${Bar} share=${c.share * 2} cls=${c.share >= .1 ? "b" : ""}/></span>`], ["Usual here", "sec-ink", usual, "usual"], ["Seen", "", c => html`<b>${unit(c.seen, c.unit)}</b>`, "seen"], ["Where", "sec-ink", c => c.where || "whole workload", "where"], ["Direction", "sec-ink", direction, "direction"]];
const far = d => d.distance != null && Math.abs(d.distance) >= 4;
const DEVIATIONS = [["Metric", "", d => far(d) ? html`<b>${d.metric}</b>` : d.metric], ["Seen", "r nw", d => html`<b>${unit(d.seen, d.unit)}</b>`, "seen"], ["Usual", "r nw sec-ink", d => d.usualLow == null ? html`<span class="mut">too little past yet</span>` : usual(d), "usual"],
  ["Deviations from the median", "", d => d.distance == null ? html`<span class="mut">not yet</span>` : html`<span class="shared"><span>${d.distance > 0 ? "+" : "−"}${Math.abs(d.distance).toFixed(1)}</span><${Bar} share=${Math.abs(d.distance) / 10} cls=${far(d) ? "w" : ""}/></span>`, "deviations"]];
const TemplateText = ({ text }) => html`<span class="tpl">${text.split(/(<\*>)/).map(p => p === "<*>" ? html`<i title="varies; its values stay on the host">*</i>` : p)}</span>`;
const templates = (d, name) => [["Level", "", t => html`<span class=${t.level === "error" || t.level === "fatal" ? "bad" : "mut"}>${t.level || "none"}</span>`], ["Template", "wide-cell", t => html`<${TemplateText} text=${t.text}/>`], [d.baselineName || "old", "r", t => t.oldCount == null ? html`<span class="mut">none beside</span>` : num(t.oldCount), d.baselineName || "old"], [name || "now", "r", t => html`<b>${num(t.newCount)}</b>`, name || "now"],
  ["Per 1,000 requests", "r", t => t.perThousand == null ? html`<span class="mut">no requests</span>` : num(t.perThousand), "per 1,000"], ["Against the old release", "", t => t.differs ? html`<b class="bad">${t.sentence}</b>` : t.sentence]];
const INSTANCES = [["Instance", "mono", i => i.name], ["Release", "", i => i.releaseName || UNKNOWN, "release"], ["Age", "r", i => i.ageMillis == null ? UNKNOWN : span(i.ageMillis), "age"], ["Bytes read", "r nw", i => percent(i.completeness), "bytes read"], ["Lag", "r nw", i => span(i.lagMillis), "lag"], ["Score: once per", "r nw", i => i.onceInHours == null ? html`<span class="mut">no score yet</span>` : rarity(i.onceInHours), "once per"], ["Agent", "mono", i => html`<a class="plain" href=${`/agents/${encodeURIComponent(i.agent)}`}>${i.agent}</a>`, "agent"], ["State", "", i => html`<${State} word=${i.state}/>`]];

/** The range of the charts, as the address says it: ?last= is live, ?from=&to= stands. */
function rangeOf() {
  const p = new URLSearchParams(location.search), from = Date.parse(p.get("from")), to = Date.parse(p.get("to"));
  return from < to ? { query: `from=${from}&to=${to}`, from, to } : { query: `last=${/^\d+[smhd]$/.test(p.get("last")) ? p.get("last") : "90m"}`, last: p.get("last") || "90m" };
}
function Charts({ path, name }) {
  const [range, set] = useState(rangeOf()), [cursor, point] = useState(null), [table, asTable] = useState(false), read = useRead(`/api/workloads/${path}/series?${range.query}`, e => range.last && e.kind === "window"), series = read.value;
  const choose = query => { history.replaceState(null, "", `${location.pathname}?${query}`); set(rangeOf()); point(null); };
  useEffect(() => {
    const pressed = e => {
      if (e.target.closest("input, dialog") || !series || e.ctrlKey || e.metaKey) return;
      const step = series.stepMillis * (e.shiftKey ? Math.max(1, Math.round(6e4 / series.stepMillis)) : 1), move = by => { e.preventDefault(); point(c => Math.max(series.fromMillis + series.stepMillis, Math.min(series.toMillis, (c ?? series.toMillis) + by))); };
      if (e.key === "ArrowLeft") move(-step); else if (e.key === "ArrowRight") move(step); else if (e.key === "l") { point(null); choose(`last=${range.last || "90m"}`); }
      else if (e.key === "+" || e.key === "-") { const i = RANGES.findIndex(([r]) => r === range.last), next = RANGES[Math.max(0, Math.min(3, (i < 0 ? 1 : i) + (e.key === "-" ? 1 : -1)))]; choose(`last=${next[0]}`); }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [series, range.last]);
  const zone = -new Date().getTimezoneOffset() / 60, copy = () => { const q = series ? `?from=${new Date(series.fromMillis).toISOString().slice(0, 19)}Z&to=${new Date(series.toMillis).toISOString().slice(0, 19)}Z` : ""; navigator.clipboard?.writeText(location.origin + location.pathname + q); };
  return html`<section class="wide opens" aria-label="Timeline"><div class="bar-line"><h2 class="vh">Timeline</h2><span class="seg" role="group" aria-label="Range">${RANGES.map(([r, word]) => html`<button type="button" class=${range.last === r ? "on" : ""} aria-pressed=${range.last === r} onClick=${() => choose(`last=${r}`)}>${word}</button>`)}</span><button class="btn sm" type="button" aria-pressed=${table} onClick=${() => asTable(!table)}>${table ? "Show as chart" : "Show as table"}</button><button class="btn sm" type="button" onClick=${copy}>Copy link</button></div>
    ${read.error ? html`<p class="note" role="alert">The charts could not be read: expected ${read.error.expected}, found ${read.error.found}.</p>` : !series ? html`<div class="chart-wait"></div>` : !series.tracks.length ? html`<p class="say mut">No sealed window in this range yet. The first shows within 20 s of the agent's start.</p>` : table ? html`<${SeriesTable} series=${series}/>` : html`<${Timeline} series=${series} cursor=${cursor} onCursor=${point}/>`}
    ${series && html`<p class="note">${name}, ${at(series.fromMillis, now(), hhmm)} to ${at(series.toMillis, now(), hhmm)} UTC${zone ? `; your zone is ${num(Math.abs(zone))} h ${zone > 0 ? "ahead" : "behind"}` : ""}. Thick and red: the new release where it deviates. Grey: the old one. Shaded: usual range. Hatched: nothing was read; gaps are never drawn as zero. <kbd>←</kbd> <kbd>→</kbd> move the cursor by one window, <kbd>Shift</kbd> by a minute.</p>`}</section>`;
}
function Workload({ path }) {
  const key = path.slice(3), read = useRead(`/api/workloads/${key}`, e => e.kind === "window" || !e.workload || keyPath(e.workload) === key);
  return html`<${Shown} read=${read}>${d => { const w = d.workload, l = w.learning; return html`<${Crumb}><a href="/">Overview</a><span>${w.group}</span><span>${[d.platform, plural(w.instances, "instance"), w.team && `team ${w.team}`].filter(Boolean).join(", ")}</span><//>
    <${Head} icon=${shape(w.state)} title=${`${w.name} ${HEADS[w.state]}${w.state === "learning" ? `, ready ${l && l.readyAtMillis ? `at ${at(l.readyAtMillis, now(), hhmm)}` : "once it has seen enough"}` : w.sinceMillis && w.state !== "well" ? ` since ${at(w.sinceMillis, now())}` : ""}`}>${w.sentence} ${w.release && html`Release <a href=${toRelease(w.key, w.release)}>${w.releaseName}</a>. `}${d.incident && html`<a href=${`/i/${encodeURIComponent(d.incident)}`}>Incident ${d.incident}</a> is open. `}${w.askedUntilMillis && `Tocsin waits for an answer until ${hhmm(w.askedUntilMillis)}.`}<//>
    <${Charts} path=${key} name=${w.name} key=${key}/>
    <${Section} name="Why" say="What carried the score in its newest window.">${d.why.length ? html`<${Table} cols=${WHY} rows=${d.why} cls="stack"/><p class="note">Window ending ${clock(d.whyAtMillis)}. Shares say what carried the score, not what caused the fault. ${d.model && `${d.model.sentence} Model ${d.model.hash.slice(0, 8)}, fitted ${at(d.model.fittedAtMillis, now())}.`}</p>`
      : html`<p class="say">${l ? html`<b>Models are learning${l.readyAtMillis ? `, ready at ${at(l.readyAtMillis, now(), hhmm)}` : ""}.</b> ${percent(l.progress)} of the clean windows needed have been seen. Until then metric deviation, below, and the judge of releases work without them.` : "No window stood out since the models were fitted."}</p>${l && html`<div class="half"><${Bar} share=${l.progress}/></div>`}`}<//>
    <${Section} name="Deviation now" say="Each metric against its own recent past; live from the first minute."><${Table} cols=${DEVIATIONS} rows=${d.deviations} cls="stack" empty="No metric yet. The first window shows within 20 s of the agent's start."/><//>
    <${Section} name="Templates" say="Kinds of log lines, counted per release."><${Table} cols=${templates(d, w.releaseName)} rows=${d.templates} cls="stack one" empty="No line has been read yet."/><p class="note">${d.templates.length} of ${plural(d.templateCount, "template")}; both releases over the same minutes. Parameters stay on the host; only their shape travels.</p><//>
    <${Section} name="Instances" say=${`${num(d.instances.length)}; what was read of each.`}><${Table} cols=${INSTANCES} rows=${d.instances} cls="stack" empty="No instance is live."/><//>`; }}<//>`;
}

// Release ---------------------------------------------------------------------------------------------------------------
const LABELS = { "error-ratio": "error ratio", "slow-requests": "slow requests", "restarts": "restarts", "error-lines": "error lines", "model-anomalies": "model anomalies" };
const label = s => LABELS[s.signal] || (s.signal.startsWith("template:") ? `${s.group === "novel" ? "new " : ""}template ${s.signal.slice(9, 13)}` : s.signal.replace(/^metric:/, ""));
const VERDICT_HEADS = { "regressed": "is regressed", "undecided so far": "is undecided so far", "cannot judge": "cannot be judged", "healthy": "is healthy", "superseded": "was superseded" };
const GOING = ["running", "verifying"];

function releaseHead(r) {
  const both = `${r.workloadName} ${r.name}`, state = r.response && r.response.state;
  if (state === "helped") return ["ok", `${both} was taken back, and it helped`];
  if (state === "did not help") return ["bad", `Taking ${both} back did not help`];
  if (state === "made worse") return ["bad", `Taking ${both} back made it worse`];
  if (state === "running") return ["bad", `${both} is being taken back`];
  if (state === "verifying") return ["watch", `${both} was taken back; whether it helped is being watched`];
  return [r.verdict.word === "superseded" ? null : shape(r.verdict.word), `${both} ${VERDICT_HEADS[r.verdict.word] || r.verdict.word}`];
}
function does(r) {
  const p = r.response, to = p && p.targetName;
  if (!p) return ["Watches", r.verdict.untilMillis ? `Until ${at(r.verdict.untilMillis, now())} at the latest.` : "No rollback is considered."];
  switch (p.state) {
    case "asked": return ["Nothing, until you answer", p.ifNobodyAnswers];
    case "refused": return ["Refuses to roll back", p.sentence];
    case "running": return [`Takes it back to ${to}`, p.sentence];
    case "verifying": return ["Watches whether it helped", p.sentence];
    case "helped": return [`Watches ${to}`, p.sentence];
    case "did not help": case "made worse": return ["Stopped and escalated", p.sentence];
    case "kept": return ["Keeps watching", p.sentence];
    case "expired": return ["Nothing; the question expired", p.sentence];
    default: return [cap(p.state), p.sentence];
  }
}
function releaseCells(r) {
  const v = r.verdict, t = r.thresholds, worst = v.signals.filter(s => s.evidence > 1), past = r.response && ["helped", "verifying"].includes(r.response.state);
  const [doing, more] = does(r), peak = Math.max(v.evidence, v.maxEvidence), started = `${r.name}, started ${at(r.deployedAtMillis, now())}`;
  const wrong = v.word === "regressed" ? [sentence(worst[0] ? worst[0].sentence : v.sentence).replace(/\.$/, ""), worst[1] && sentence(worst[1].sentence)] : v.word === "cannot judge" ? ["Unknown", sentence(v.sentence)] : v.word === "healthy" ? ["Nothing", sentence(v.sentence)] : ["Nothing proven", worst[0] ? sentence(worst[0].sentence) : "Nothing speaks against it yet."];
  const sure = v.word === "regressed" ? [`Evidence ${evidence(peak)}; asking needs ${num(t.regressed)}`, `By its arithmetic at most 1 in ${evidence(peak).replace(/^over /, "")} harmless releases gets this far. Acting alone needs ${num(t.act)}.`]
    : v.word === "cannot judge" ? ["Cannot judge", `${percent(v.completeness)} of bytes read. What was read is not weighed.`] : v.word === "healthy" ? ["Healthy, by a test of its own", `Each primary signal passed ${num(t.healthy)}.`] : [`Undecided, evidence ${evidence(v.evidence)}`, `Regressed at ${num(t.regressed)}.`];
  return [[past ? "What was wrong" : "What is wrong", wrong[0], wrong[1]], ["Which release", started, `${num(v.newInstances)} of ${plural(r.instances, "instance")}. ${r.baselineName ? `${num(v.oldInstances)} still run ${r.baselineName}.` : "Nothing to compare it with."}`],
    ["How sure", sure[0], sure[1], v.word !== "cannot judge" && v.word !== "healthy" && html`<${Meter} value=${v.word === "regressed" ? peak : v.evidence} thresholds=${t} cls=${v.word === "regressed" ? "bad" : "watch"}/>`], ["What Tocsin does", doing, more]];
}
const left = ms => ms < 0 ? "over" : ms < 12e4 ? `${Math.ceil(ms / 1e3)} s left` : `${Math.floor(ms / 6e4)} min left`;
function Deadline({ until }) { useTick(); return html`<span>until ${hhmm(until)}, ${left(until - now())}</span>`; }
const may = session => session && (session.role === "approve" || session.role === "administer");
const affected = r => `${num(r.verdict.newInstances)} of ${plural(r.instances, "instance")}`;
const lasting = p => p.estimateMillis == null ? "duration unknown" : `about ${span(p.estimateMillis)}`;

function Confirm({ r, answer, session, close }) {
  const p = r.response, [error, fail] = useState(null), [busy, set] = useState(false), back = answer === "take-back", held = p.preflight.filter(c => c.ok).length;
  const send = () => { set(true); call(`/api/releases/${keyPath(r.workload)}/${encodeURIComponent(r.release)}/answer`, "POST", { answer, verdictHash: r.verdictHash }).then(() => { close(); readAgain(); }, e => { set(false); fail(e); readAgain(); }); };
  return html`<${Dialog} title=${back ? `Take ${r.workloadName} back from ${r.name} to ${p.targetName}?` : `Keep ${r.workloadName} ${r.name}?`} close=${close}><ul>${back ? html`<li>${affected(r)} replaced, ${lasting(p)}.</li><li>Preflight: ${held} of ${p.preflight.length} hold${p.preflightAtMillis ? `, ${span(now() - p.preflightAtMillis)} ago` : ""}. It runs once more before the write.</li><li>Database and configuration outside the release are not touched.</li>` : html`<li>${r.name} stays. Alerts go on.</li><li>Tocsin does not ask again for this release, and notes that it disagreed with you.</li>`}<li>Recorded as yours: token ${session.name}.</li></ul>
    ${error && html`<p class="bad refusal" role="alert"><b>Refused, nothing was changed.</b> Expected ${error.expected}, found ${error.found}. ${sentence(error.next)}</p>`}
    <div class="two"><button class="btn go lg" type="button" disabled=${busy || error || live.lost} onClick=${send}>${back ? "Yes, take it back" : "Yes, keep it"}</button><button class="btn lg" type="button" data-first onClick=${close}>Not now</button></div><//>`;
}
function AnswerButtons({ r, session, stopped, open, cls }) {
  const may1 = may(session) && !live.lost;
  return html`<div class=${`two ${cls || ""}`}><button class="btn go lg" type="button" disabled=${!may1 || stopped} onClick=${() => open("take-back")}>Take back</button><button class="btn lg" type="button" disabled=${!may1} onClick=${() => open("keep")}>Keep ${r.name}</button></div>`;
}
const OUTCOMES = { "helped": "The signature faded and stayed away.", "did not help": "The release was not the cause. Tocsin stopped here.", "made worse": "Tocsin stopped here and escalated.", "verifying": "The older release runs; Tocsin watches whether the signature fades.", "running": "Each step is written down before it is done." };
function Answer({ r, session, status, open }) {
  const p = r.response, stopped = status && status.killSwitch.stopped, to = p && p.targetName;
  let body;
  if (!p) body = html`<h2>Your answer <span>none is asked</span></h2><p>Tocsin asks when evidence passes ${num(r.thresholds.regressed)}. You can still roll back with your own tools; Tocsin will notice and record it.</p>`;
  else if (p.state === "asked") body = html`<h2>Your answer <${Deadline} until=${p.deadlineMillis}/></h2><${AnswerButtons} r=${r} session=${session} stopped=${stopped} open=${open} cls="bt"/>
    ${!may(session) && html`<p><b>${session && session.name ? "Your token may look, not approve." : "This page has no token."}</b> ${session && session.name ? "Ask somebody whose token has the role approve." : "Open the link that tocsin up prints, or use the command line: tocsin approve, tocsin refuse."}</p>`}
    ${stopped && html`<p><b>Rollbacks are stopped.</b> A yes is refused until someone with the role administer arms them again.</p>`}
    <div class="conseq go"><h3>If you take it back</h3><p>${r.workloadName} goes to <b>${to}</b>. ${affected(r)} replaced, ${lasting(p)}. Then Tocsin watches whether the errors fade and tells you.</p></div><div class="conseq"><h3>If you keep it</h3><p>${r.name} stays. Alerts go on. Tocsin does not ask again for this release, and notes that it disagreed with you.</p></div>${p.ifNobodyAnswers && html`<div class="conseq"><h3>If nobody answers</h3><p>${p.ifNobodyAnswers}</p></div>`}`;
  else if (p.outcome || GOING.includes(p.state)) body = html`<h2>Outcome <span>${p.verifiedAtMillis ? `verified ${at(p.verifiedAtMillis, now())}` : "not yet verified"}</span></h2><p><b>${cap(p.state)}.</b> ${OUTCOMES[p.state]}</p><p>${p.sentence}</p>${r.incident && html`<p><a class="btn" href=${`/i/${encodeURIComponent(r.incident)}`}>Incident</a></p>`}`;
  else body = html`<h2>Your answer <span>${p.state}</span></h2><p>${p.sentence}</p>`;
  return html`<div class="stick"><aside class="rail" id="answer" aria-label="Your answer">${body}${p && html`<div class="ruled"><h2>Autonomy here</h2><${Ladder} level=${p.autonomy}/><p>${p.record}</p></div>`}</aside></div>`;
}
const CONTRASTS = { "concurrent": r => html`<b>Concurrent:</b> ${plural(r.verdict.newInstances, "instance")} of ${r.name} beside ${num(r.verdict.oldInstances)} of ${r.baselineName} over the same minutes, compared at equal instance age.`, "before/after": r => html`<b>Before and after:</b> ${r.name} now against ${r.baselineName} before. Nothing old runs beside it, so this contrast is the weaker one.` };
function EvidencePart({ r }) {
  const v = r.verdict, signals = v.signals.map(s => ({ ...s, label: label(s) }));
  return html`<${Section} name="Evidence" say="How much better “worse” explains what was seen than “no worse than the margin”. Valid however often you look."><p class="say">${v.contrast ? CONTRASTS[v.contrast](r) : "Nothing could be compared."}</p>
    ${v.word === "cannot judge" ? html`<div class="nocurve"><span>No curve: what was read is not weighed. ${percent(v.completeness)} of bytes read.</span></div>` : r.timeline.length ? html`<${EvidenceChart} points=${r.timeline} from=${r.deployedAtMillis} name=${r.name} thresholds=${r.thresholds} signals=${signals} called=${r.calledAtMillis}/>` : html`<p class="say mut">No window of ${r.name} has been weighed yet; start-up lines are not counted.</p>`}
    <p class="note">${r.calledAtMillis ? `Dot: called regressed at ${at(r.calledAtMillis, now())}. ` : ""}Combined is the weighted mean: errors, latency and restarts half, new error templates 3 tenths, the rest 2 tenths. Below 1 speaks for the release.</p><//>`;
}
const outOf = (seen, wanted, cls) => html`<span class="shared of"><span>${evidence(seen)} of ${num(wanted)}</span><${Bar} share=${Math.log(Math.max(1, seen)) / Math.log(wanted)} cls=${cls}/></span>`;
const needed = r => [["Primary signal", "", n => html`<b class="nw">${cap(n.bake ? "fast bake" : label(n))}</b>`], [`Test for harm, alone`, "", n => n.bake ? null : outOf(n.harm, r.thresholds.regressed / n.weight, ""), "harm"], [`Test for healthy, needs ${num(r.thresholds.healthy)}`, "", n => n.bake ? html`<span class="shared of"><span>${span(n.ran)} of ${span(r.thresholds.fastBakeMillis)}</span><${Bar} share=${n.ran / r.thresholds.fastBakeMillis} cls=${n.reached ? "" : "w"}/></span>` : outOf(n.healthy, r.thresholds.healthy, n.reached ? "" : "w"), "healthy"],
  ["Still needed for healthy", "", n => n.reached ? html`<span class="mut">Reached.</span>` : n.forHealthy, "for healthy"], ["For regressed", "", n => n.bake ? null : html`<span class="mut">${n.forRegressed}</span>`, "for regressed"]];
function StillNeeded({ r }) {
  const ran = Math.max(0, r.verdict.atMillis - r.deployedAtMillis), bakes = r.deployedAtMillis + r.thresholds.fastBakeMillis, rest = bakes - r.verdict.atMillis, bake = { signal: "bake", bake: true, ran: Math.min(ran, r.thresholds.fastBakeMillis), reached: rest <= 0, forHealthy: `${span(rest)}, until ${at(bakes, now())}.` };
  return html`<${Section} name="Still needed" say="To settle it, by signal."><${Table} cols=${needed(r)} rows=${[...r.verdict.needed, bake].map(n => ({ ...n, id: n.signal }))} cls="stack one"/><p class="note">Healthy is a test too, never the absence of an alarm: rates are shown to be below the margin. Figures assume the traffic and errors since the release. Bars of evidence are on a log scale.</p><//>`;
}
const differs = r => [[`Signal`, "w37", s => html`<b>${sentence(s.sentence).replace(/\.$/, "")}</b><span class="sub">${label(s)}, exposure: ${s.exposure}</span>`], [`Each box one instance: new, then old`, "", s => html`<${Boxes} parts=${s.perInstance} decided=${s.evidence >= r.thresholds.regressed}/>`], ["Evidence", "r", s => html`<b>${evidence(s.evidence)}</b><span class="sub">${s.evidence >= r.thresholds.regressed ? "decided" : `weight ${percent(s.weight)}`}</span>`, "evidence"]];
function Release({ path, status, session }) {
  const [keyed, release] = path.slice(3).split("/r/"), read = useRead(`/api/releases/${keyed}/${release}`, e => e.kind !== "agent" && (!e.workload || keyPath(e.workload) === keyed)), [answer, open] = useState(null);
  return html`<${Shown} read=${read}>${r => { const [icon, title] = releaseHead(r), p = r.response, asked = p && p.state === "asked", v = r.verdict, failed = p ? p.preflight.filter(c => c.ok === false) : []; return html`<div class=${asked ? "asks" : ""}><${Crumb}><a href="/">Overview</a><a href=${toWorkload(r.workload)}>${r.workloadName}</a><span>releases</span>${r.incident && html`<a href=${`/i/${encodeURIComponent(r.incident)}`}>incident ${r.incident}</a>`}<//>
    <${Head} icon=${icon} title=${title}>${sentence(v.sentence)} ${p && sentence(p.sentence)}<//>
    <div class="cols"><div><${Strip} cells=${releaseCells(r)}/><${EvidencePart} r=${r}/></div><${Answer} r=${r} session=${session} status=${status} open=${open}/></div>
    ${v.word === "undecided so far" && v.needed.length > 0 && html`<${StillNeeded} r=${r}/>`}
    ${v.signals.length > 0 && html`<${Section} name="What differs" say="Counts between the releases."><${Table} cols=${differs(r)} rows=${v.signals.map(s => ({ ...s, id: s.signal }))} cls="stack one"/><p class="note">${percent(v.completeness)} of bytes read, at the least. Filled boxes decide, tinted ones count, outlined ones are inside the margin.</p><//>`}
    ${p && p.preflight.length > 0 && html`<${Section} name="Preflight" say="Would a rollback be safe now? Checked again just before writing.">${failed.length > 0 && html`<p class="say"><b>Refused.</b> ${failed.length} of ${p.preflight.length} checks ${failed.length === 1 ? "does" : "do"} not hold.</p>`}<${Checks} list=${p.preflight}/><//>`}
    <${Section} name="Rollback" say="Step by step; where it stands.">${p && p.steps.length ? html`<${Steps} list=${p.steps} now=${now()}/><p class="note">Each step is written down before it is done. After a crash Tocsin reads where it stood and looks before it writes.</p>` : html`<p class="say mut">None. A rollback needs a regressed verdict, complete data, a passed preflight, free caps and a yes.</p>`}<//>
    ${asked && html`<div class="actbar"><p><b>Take ${r.workloadName} back to ${p.targetName}?</b> ${plural(v.newInstances, "instance")}, ${lasting(p)}. Until ${hhmm(p.deadlineMillis)}.</p><${AnswerButtons} r=${r} session=${session} stopped=${status && status.killSwitch.stopped} open=${open} cls="spread"/></div>`}
    ${answer && asked && html`<${Confirm} r=${r} answer=${answer} session=${session} close=${() => open(null)}/>`}</div>`; }}<//>`;
}
const RELEASES = [["Verdict", "nw", r => html`<${Verdict} word=${r.word}/>`], ["Release", "", r => html`<a class="plain" href=${toRelease(r.workload, r.release)}><span class="mut">${r.workloadName}</span> <b>${r.name}</b></a>`], ["What Tocsin knows", "what", r => html`<${Lead} text=${sentence(r.sentence)}/>`], ["Against", "", r => r.baselineName || html`<span class="mut">nothing</span>`, "against"], ["Started", "nw", r => at(r.deployedAtMillis, now()), "started"], ["Evidence", "r nw", r => evidence(r.evidence), "evidence"], ["Response", "nw", r => r.state || html`<span class="mut">none</span>`, "response"], [html`<span class="vh">Act</span>`, "r nw act", r => r.askedUntilMillis ? html`<a class="btn go sm" href=${toRelease(r.workload, r.release)}>Answer<span class="vh"> for ${r.workloadName} ${r.name}</span></a>` : null]];
function Releases() {
  const read = useRead("/api/releases", e => e.kind !== "agent");
  return html`<${Shown} read=${read}>${list => { const asked = list.filter(r => r.askedUntilMillis).length, bad = list.filter(r => r.word === "regressed").length; return html`<${Head} top icon=${asked ? "bad" : null} title=${asked ? `${plural(asked, "release")} ${asked === 1 ? "waits" : "wait"} for your answer` : list.length ? "No release waits for you" : "No release has been seen yet"}>${list.length ? `${plural(list.length, "release")} of the last 90 days; ${bad} regressed.` : "A release shows here as soon as the platform deploys one."}<//><section class="opens" aria-label="Releases"><${Table} cls="stack lead" cols=${RELEASES} rows=${list.map(r => ({ ...r, key: `${r.workload} ${r.release}` }))} rowClass=${r => r.askedUntilMillis ? "hot" : ""} open=${r => toRelease(r.workload, r.release)} empty="Nothing has been deployed since the collector started."/></section>`; }}<//>`;
}

// Incident --------------------------------------------------------------------------------------------------------------
const FEEDBACK = [["real", "Real", "Counts as a true alarm. Its windows stay out of training."], ["false-alarm", "False alarm", "Quiets this signature on this workload, nothing else, for a time."], ["expected", "Expected change", "As above, and the release becomes the new usual once its bake is over."]];
function Feedback({ d, session }) {
  const [label, choose] = useState(null), [error, fail] = useState(null), send = e => { e.preventDefault(); if (label) call(`/api/incidents/${encodeURIComponent(d.incident.id)}/feedback`, "POST", { label }).then(() => { fail(null); readAgain(); }, fail); };
  return html`<aside class="rail" aria-label="Was it real?"><h2>Was it real?</h2>${d.feedback && html`<p><b>Marked ${d.feedback.label.replace("-", " ")}</b> by ${d.feedback.by}, ${at(d.feedback.atMillis, now())}. ${d.feedback.effect}</p>`}<form onSubmit=${send}><fieldset><legend class="vh">Feedback</legend>${FEEDBACK.map(([value, name, say]) => html`<label class="opt"><input type="radio" name="label" checked=${label === value} onChange=${() => choose(value)}/><div>${name}<span>${say}</span></div></label>`)}</fieldset>
    <div class="two"><button class="btn" disabled=${!label || !may(session) || live.lost}>Record</button><a class="btn" href="/policy#quieted">What is quieted</a></div></form><p>${error ? html`<span class="bad" role="alert">Not recorded. Expected ${error.expected}, found ${error.found}. ${sentence(error.next)}</span>` : may(session) ? "Choose one first. It takes effect at once, is listed, expires, and can be undone." : "It takes a token of the role approve."}</p></aside>`;
}
const GROUPED = [["State", "nw", g => html`<${State} word=${g.state}/>`], ["Workload", "", g => html`<a class="plain" href=${toWorkload(g.workload)}>${g.workloadName}</a>`], ["What deviates", "", g => g.what], ["First", "nw", g => at(g.firstMillis, now()), "first"], ["Last", "nw", g => g.lastMillis ? at(g.lastMillis, now()) : "now", "last"], ["Once per", "r nw", g => g.onceInHours == null ? html`<span class="mut">no score</span>` : rarity(g.onceInHours), "once per"], ["Why it is in this incident", "sec-ink", g => g.why]];
const alerts = (can, again) => [["Route", "", a => a.route], ["First sent", "nw", a => a.firstSentMillis ? at(a.firstSentMillis, now()) : "not yet", "first sent"], ["Attempts", "r", a => a.attempts, "attempts"], ["State", "", a => html`<span class=${`st ${a.state === "dead letter" ? "bad" : "q"}`}><${Icon} of=${a.state === "delivered" ? "ok" : a.state === "dead letter" ? "no" : "wait"}/><span class="wrap">${a.state}${a.detail && `: ${a.detail}`}</span></span>`], ["Webhook id", "mono", a => a.webhookId, "webhook"],
  [html`<span class="vh">Act</span>`, "r", a => a.state === "dead letter" ? html`<button class="btn sm" type="button" disabled=${!can} onClick=${() => again(a)}>Send again<span class="vh"> to ${a.route}</span></button>` : null]];
const Points = ({ title, list, icon, cls }) => html`<div><h3 class="h3">${title}</h3><ul>${list.map(p => html`<li><${Icon} of=${icon} cls=${cls}/><div>${p.point}<span>${p.weight}</span></div></li>`)}${!list.length && html`<li><span></span><div class="mut">Nothing known.</div></li>`}</ul></div>`;
function Incident({ path, session }) {
  const id = path.slice(3), read = useRead(`/api/incidents/${id}`, e => e.kind !== "agent" && e.kind !== "window"), [said, say] = useState(null), can = may(session) && !live.lost;
  const again = a => call(`/api/dead-letters/${encodeURIComponent(a.route)}/${encodeURIComponent(a.webhookId)}/again`, "POST", {}).then(d => { say(d.sentence); readAgain(); }, e => { say(`Refused. Expected ${e.expected}, found ${e.found}. ${sentence(e.next)}`); readAgain(); });
  return html`<${Shown} read=${read}>${d => { const i = d.incident, open = i.resolvedAtMillis == null, dead = d.alerts.filter(a => a.state === "dead letter").length; return html`<${Crumb}><a href="/">Overview</a><a href="/incidents">Incidents</a><span>${i.id}</span><span>${open ? `open ${span(now() - i.openedAtMillis)}` : `resolved ${at(i.resolvedAtMillis, now())}`}</span><//><${Head} icon=${open ? "bad" : "well"} title=${i.title}>${i.sentence}<//>
    <div class="cols"><div><${Strip} cells=${[["What is wrong", (d.grouped[0] && d.grouped[0].what) || i.title, `${plural(i.workloads, "workload")}, since ${at(i.openedAtMillis, now())}.`], ["Which release", i.release ? html`<a href=${toRelease(i.workload, i.release)}>${i.workloadName} ${i.releaseName}</a>` : "None explains it", i.release ? null : "No release on its call path came shortly before."], ["Risk", `${i.risk} of 100`, d.riskWords], ["What Tocsin does", d.does, `${plural(d.alerts.length, "alert")} sent${dead ? `, ${dead} of them ${dead === 1 ? "a dead letter" : "dead letters"}` : ""}.`]]}/>
      <${Section} name="Cause" say="The strongest points first, each with how much it says."><div class="forag"><${Points} title=${`Speaks for ${i.releaseName || "a release"} as the cause`} list=${d.speaksFor} icon="bad" cls="bad"/><${Points} title="Speaks against" list=${d.speaksAgainst} icon="todo"/></div><//>
      <${Section} name="Grouped here" say=${`${plural(d.grouped.length, "anomaly", "anomalies")} taken together.`}><${Table} cls="stack" cols=${GROUPED} rows=${d.grouped.map((g, n) => ({ ...g, id: n + 1 }))} empty="Nothing but the verdict itself."/><//></div>
      <div><${Feedback} d=${d} session=${session}/>${d.evidence && html`<aside class="rail" aria-label="Evidence"><h2>Evidence <span>${plural(d.evidence.records, "record")}</span></h2><p class="chain"><${Icon} of=${d.evidence.intact ? "ok" : "no"} size="14" cls=${d.evidence.intact ? "" : "bad"}/><b>${d.evidence.intact ? "Chain intact" : "Chain broken"},</b> checked ${at(d.evidence.checkedAtMillis, now())}</p><p class="hash">head ${d.evidence.head}</p><p>The head travels in every webhook.</p></aside>`}</div></div>
    ${d.deployed.length > 0 && html`<section class="wide" aria-label="What was deployed when"><h2>What was deployed when</h2><${DeployedChart} rows=${d.deployed} to=${i.resolvedAtMillis || now()}/><p class="note">Flags: releases on this call path, all seen by Tocsin itself. Bars: disturbance. Times in UTC.</p></section>`}
    <${Section} name="Alerts sent" say=${dead ? `${dead} dead ${dead === 1 ? "letter" : "letters"}.` : "Who was told."}>${said && html`<p class="say" role="status">${said}</p>`}<${Table} cls="stack" cols=${alerts(can, again)} rows=${d.alerts.map(a => ({ ...a, id: `${a.route} ${a.webhookId}` }))} empty="Nobody: no route is configured for this workload."/><p class="note">One id over all attempts, so a receiver can drop doubles. The head of the evidence chain travels in every body.</p><//>`; }}<//>`;
}
const INCIDENTS = [["State", "nw", i => i.resolvedAtMillis == null ? html`<span class="st bad"><${Icon} of="bad"/>open</span>` : html`<span class="st q"><${Icon} of="well"/>resolved</span>`], ["Incident", "what", i => html`<a class="plain" href=${`/i/${encodeURIComponent(i.id)}`}><b>${i.title}</b></a><span class="sub">${i.sentence}</span>`], ["Release", "nw", i => i.release ? html`<a class="plain" href=${toRelease(i.workload, i.release)}>${i.releaseName}</a>` : html`<span class="mut">none</span>`, "release"], ["Workloads", "r", i => i.workloads, "workloads"], ["Risk", "r", i => i.risk, "risk"], ["Opened", "nw", i => at(i.openedAtMillis, now()), "opened"], ["Lasted", "nw mut", i => span((i.resolvedAtMillis || now()) - i.openedAtMillis), "lasted"], ["Marked", "nw", i => i.label ? i.label.replace("-", " ") : html`<span class="mut">not yet</span>`, "marked"]];
function Incidents() {
  const read = useRead("/api/incidents", e => e.kind === "incident");
  return html`<${Shown} read=${read}>${list => { const open = list.filter(i => i.resolvedAtMillis == null).length; return html`<${Head} top icon=${open ? "bad" : "well"} title=${open ? `${plural(open, "incident")} ${open === 1 ? "is" : "are"} open` : "No incident is open"}>${list.length ? `${plural(list.length, "incident")} in the last 90 days; ${list.filter(i => !i.label).length} not marked yet, which counts as false.` : "Nothing has stood out so far."}<//><section class="opens" aria-label="Incidents"><${Table} cls="stack lead" cols=${INCIDENTS} rows=${list} open=${i => `/i/${encodeURIComponent(i.id)}`} empty="None in the last 90 days."/></section>`; }}<//>`;
}

// Agents, policy ----------------------------------------------------------------------------------------------------------
const unknown = (v, f) => v == null ? html`<span class="mut">unknown</span>` : f(v);
const AGENTS = [["State", "nw", a => html`<${State} word=${a.state === "live" ? "well" : a.state === "silent" ? "silent" : "gone"}/>`], ["Agent", "", a => html`<a class="plain" href=${`/agents/${encodeURIComponent(a.id)}`}><b>${a.id}</b></a><span class="sub">${a.host}</span>`], ["Version", "", a => a.version, "version"], ["Inst.", "r", a => a.instances.length, "instances"], ["Bytes read", "r nw", a => unknown(a.completeness, percent), "read"], ["Unread", "r nw", a => unknown(a.bytesLag, bytes), "unread"], ["RSS", "r nw", a => unknown(a.rssBytes, bytes), "RSS"], ["CPU, cores", "r nw", a => unknown(a.cpuCores, v => v.toFixed(3)), "CPU"], ["Spool", "r nw", a => unknown(a.spoolRecords, v => v ? `${num(v)}, ${bytes(a.spoolBytes)}` : "empty"), "spool"], ["Clock", "r nw", a => unknown(a.skewMillis, v => html`<span class=${Math.abs(v) > 2e3 ? "watch" : ""}>${span(Math.abs(v))}</span>`), "clock"], ["Last heard", "nw", a => unknown(a.lastHeardMillis, v => a.state === "live" ? `${since(v)} ago` : `since ${at(v, now())}`), "heard"], ["In words", "", a => a.sentence]];
const FLOWS = [["Since start", "", f => html`<b>${cap(f.what)}</b>`], ["in", "r", f => num(f.in), "in"], ["= out", "r", f => num(f.out), "out"], ["+ dropped", "r", f => num(f.dropped), "dropped"], ["+ waiting", "r", f => num(f.waiting), "waiting"], ["", "", f => f.addsUp ? html`<span class="st q"><${Icon} of="ok"/>adds up</span>` : html`<span class="st bad"><${Icon} of="no"/>does not add up</span>`]];
const HOPS = [["Since its spool was made", "", f => html`<b>${f.what}</b>`], ["sealed", "r", f => num(f.sealed), "sealed"], ["= received here", "r", f => num(f.received), "received"], ["+ given up", "r", f => num(f.givenUp), "given up"], ["+ waiting", "r", f => num(f.waiting), "waiting"], ["", "", f => f.underWay ? html`<span class="mut">${num(f.underWay)} under way as this was counted</span>` : html`<span class="st q"><${Icon} of="ok"/>adds up</span>`]];
const hops = (windows, lines) => [{ id: "windows", what: "Windows", ...windows }, { id: "lines", what: "Lines in them", ...lines }];
const added = flows => flows.reduce((sum, f) => Object.fromEntries(Object.entries(f).map(([k, v]) => [k, v + (sum[k] || 0)])), {});
function Agents({ status }) {
  const read = useRead("/api/agents", e => e.kind === "agent" || e.kind === "window");
  return html`<${Shown} read=${read}>${list => { const silent = list.filter(a => a.state !== "live"), lost = silent.reduce((n, a) => n + a.instances.length, 0), lags = list.map(a => a.completeness).filter(c => c != null), spool = list.reduce((n, a) => n + (a.spoolRecords || 0), 0), rss = Math.max(0, ...list.map(a => a.rssBytes || 0)), versions = Object.entries(list.reduce((m, a) => ({ ...m, [a.version]: (m[a.version] || 0) + 1 }), {}));
    return html`<${Head} top icon=${silent.length ? "cannot" : list.length ? "well" : "learn"} title=${silent.length ? `${silent.length} of ${plural(list.length, "agent")} ${silent.length === 1 ? "is" : "are"} silent` : list.length ? `${list.length === 1 ? "The agent reports" : `All ${list.length} agents report`}` : "No agent has reported yet"}>${silent.length ? `${plural(lost, "instance")} cannot be read. Silent is not calm.` : list.length ? "What they read, dropped and hold back stands below." : `The collector listens on ${status ? status.ingest : "its agents' listener"}.`}<//>
    <${Strip} cells=${[["Complete", lags.length ? `${percent(Math.min(...lags))} at the least` : "Unknown", silent.length ? `of bytes read, by those that report; unknown for ${plural(silent.length, "agent")}` : "of bytes read, last 5 minutes"], ["Waiting to be sent", spool ? plural(spool, "record") : list.some(a => a.spoolRecords != null) ? "Nothing" : "Unknown", "kept on the agents' disks until it is durable here"], ["Largest agent", rss ? bytes(rss) : "Unknown", "resident memory"], ["Versions", versions.length ? versions.map(([v, n]) => `${v} on ${n}`).join(", ") : "Unknown", ""]]}/>
    <${Section} cls="first" name="Agents" say="Those with something to say first."><${Table} cls="stack lead" cols=${AGENTS} rows=${list} rowClass=${a => a.state === "live" ? "" : "hot c"} open=${a => `/agents/${encodeURIComponent(a.id)}`} empty="Start one beside a service: tocsin agent"/><p class="note">What a silent agent would have said is unknown, so its row says unknown, never 0.</p><//>
    ${list.some(a => a.windowFlow) && html`<${Section} name="From the agents to here" say="All that report, in sum: sealed = received + given up + waiting."><${Table} cls="stack" cols=${HOPS} rows=${hops(added(list.map(a => a.windowFlow).filter(Boolean)), added(list.map(a => a.lineFlow).filter(Boolean)))}/><//>`}
    ${status && html`<${Section} name="Nothing is lost unseen" say="In = out + dropped + waiting, at every stage."><${Table} cls="stack" cols=${FLOWS} rows=${status.flows.map(f => ({ ...f, id: f.what }))} empty="Nothing has come in yet."/><//>`}`; }}<//>`;
}
function Agent({ path }) {
  const read = useRead(`/api/agents/${path.slice(8)}`, e => e.kind === "agent" || e.kind === "window"), figures = a => [["Lines read", unknown(a.linesRead, num)], ["Lines received here", unknown(a.linesReceived, num)], ["Lines dropped, all causes", unknown(a.linesDropped, num)], ["Windows sealed", unknown(a.windowsSealed, num)], ["Windows received here", unknown(a.windowsReceived, num)], ["Files followed", unknown(a.files, num)], ["Bytes unread", unknown(a.bytesLag, bytes)], ["Spool", unknown(a.spoolBytes, bytes)], ["Resident memory", unknown(a.rssBytes, bytes)], ["CPU, cores", unknown(a.cpuCores, v => v.toFixed(3))]];
  return html`<${Shown} read=${read}>${a => html`<${Crumb}><a href="/agents">Agents</a><span>${a.id}</span><//><${Head} icon=${a.state === "live" ? "well" : "cannot"} title=${`${a.id} ${a.state === "live" ? "reports" : `is ${a.state}${a.lastHeardMillis ? ` since ${at(a.lastHeardMillis, now())}` : ""}`}`}>${a.sentence || `Version ${a.version} on ${a.host}.`}<//>
    <${Section} name="Figures" say="By its own account, and as counted here."><dl class="figures">${figures(a).map(([k, v]) => html`<dt>${k}</dt><dd>${v}</dd>`)}</dl><//>
    ${a.windowFlow && html`<${Section} name="From its spool to here" say="Sealed = received + given up + waiting."><${Table} cls="stack" cols=${HOPS} rows=${hops(a.windowFlow, a.lineFlow)}/><//>`}
    <${Section} name="Not readable" say="Files it may not read, with the reason.">${a.unreadable.length ? html`<ul>${a.unreadable.map(u => html`<li class="mono">${u}</li>`)}</ul>` : html`<p class="mut">None.</p>`}<//>
    <${Section} name="Masked" say="Secrets that never left the host.">${Object.keys(a.masked).length ? html`<dl class="figures">${Object.entries(a.masked).map(([k, n]) => html`<dt>${k}</dt><dd>${num(n)}</dd>`)}</dl>` : html`<p class="mut">None seen.</p>`}<//>
    <${Section} name="Instances" say="What it watches.">${a.instances.length ? html`<ul>${a.instances.map(i => html`<li class="mono">${i}</li>`)}</ul>` : html`<p class="mut">None.</p>`}<//>`}<//>`;
}
const SETTINGS = [["Name", "w37", s => s.name], ["Value", "", s => html`<b>${s.value}</b>`, "value"], ["Kept or used", "", s => s.now || html`<span class="mut">not measured</span>`, "now"], ["Comes from", "mut", s => s.source, "from"]];
const AUTONOMY = [["Workload", "", a => a.workload], ["Level", "level", a => html`<${Ladder} level=${a.level}/>`], ["Record", "", a => a.record], ["Comes from", "mut", a => a.source, "from"]];
const ROUTES = [["Route", "", r => r.name], ["For", "", r => r.match, "for"], ["Shape", "", r => r.shape, "shape"], ["Last delivery", "nw", r => unknown(r.lastDeliveryMillis, v => at(v, now())), "last"], ["State", "nw", r => r.deadLetters ? html`<span class="st bad"><${Icon} of="no"/>${plural(r.deadLetters, "dead letter")}</span>` : html`<span class="st q"><${Icon} of="ok"/>no dead letter</span>`]];
const TOKENS = [["Name", "", t => t.name], ["Role", "", t => t.role, "role"]];
function Policy({ session }) {
  const read = useRead("/api/policy", e => e.kind === "response"), { value: quiet = [] } = useRead("/api/silences", e => e.kind === "silence"), [said, say] = useState(null);
  const act = (path, method, body) => call(path, method, body).then(d => { say(d.sentence); readAgain(); }, e => say(`Refused. Expected ${e.expected}, found ${e.found}. ${sentence(e.next)}`)), can = may(session) && !live.lost;
  const quieted = [["What, exactly", "", s => s.what], ["By", "", s => s.by, "by"], ["Since", "nw", s => at(s.sinceMillis, now()), "since"], ["Until", "nw", s => at(s.untilMillis, now()), "until"], ["Held back", "r", s => num(s.heldBack), "held back"], [html`<span class="vh">Act</span>`, "r", s => html`<button class="btn sm" type="button" disabled=${!can} onClick=${() => act(`/api/silences/${encodeURIComponent(s.id)}`, "DELETE")}>Undo<span class="vh"> ${s.what}</span></button>`]];
  return html`<${Shown} read=${read}>${p => html`<${Head} top title="Policy">What Tocsin may do, how often it may be wrong, and who is told. Values are changed in the configuration; each says where it comes from.<//>${said && html`<p class="say" role="status">${said}</p>`}
    <div class="opens"></div><${Section} cls="first" name="Error budgets" say="How often Tocsin may be wrong. The record beside each."><${Table} cls="stack" cols=${SETTINGS} rows=${p.budgets.map(s => ({ ...s, id: s.name }))} empty="None."/><//>
    <${Section} name="Autonomy" say="Earned by workload. A wrong rollback moves it one step down by itself."><${Table} cls="stack one" cols=${AUTONOMY} rows=${p.autonomy.map(a => ({ ...a, id: a.workload }))} empty="Every workload starts at observe."/><//>
    <${Section} name="Caps and windows" say="Limits that hold whatever the verdict."><${Table} cls="stack" cols=${SETTINGS} rows=${p.caps.map(s => ({ ...s, id: s.name }))} empty="None."/><//>
    <div id="quieted"></div><${Section} name="Quieted" say="What feedback holds back. Each line expires and can be undone."><${Table} cls="stack" cols=${quieted} rows=${quiet} empty="Nothing is quieted."/><//>
    <${Section} name="Routes" say="Who is told, by owner."><${Table} cls="stack" cols=${ROUTES} rows=${p.routes.map(r => ({ ...r, id: r.name }))} empty="No route: nobody is told. Add one under alert.routes."/><p class="note"><button class="btn" type="button" disabled=${!can || !p.routes.length || session.role !== "administer"} onClick=${() => act("/api/test-alert", "POST", {})}>Send a test down each route</button></p><//>
    <${Section} name="Tokens" say="Roles: view, approve, administer."><${Table} cls="stack" cols=${TOKENS} rows=${p.tokens.map(t => ({ ...t, id: t.name }))} empty="None."/><//>`}<//>`;
}
const Nowhere = ({ path }) => html`<${Head} top title="There is nothing at this address">Expected an address of this page, found <span class="mono">${path}</span>. Go to the <a href="/">overview</a>.<//>`;

/** The view of an address. */
export function viewOf(path) {
  const routes = [[/^\/$/, Overview], [/^\/w\/[^/]+\/[^/]+\/[^/]+$/, Workload], [/^\/w\/[^/]+\/[^/]+\/[^/]+\/r\/[^/]+$/, Release], [/^\/releases$/, Releases], [/^\/incidents$/, Incidents], [/^\/i\/[^/]+$/, Incident], [/^\/agents$/, Agents], [/^\/agents\/[^/]+$/, Agent], [/^\/policy$/, Policy]];
  return (routes.find(([pattern]) => pattern.test(path)) || [null, Nowhere])[1];
}

/**
 * How the page looks. Colours are named by what they mean, once for light and once for dark; a task off the critical
 * path is a tint of its phase's colour, one on it the colour itself.
 */
export const style = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --raised: #f6f7f9; --text: #1b1f26; --muted: #5c6573; --line: #dfe3e8; --faint: #eef0f3;
  --accent: #2358c5; --bad: #c02a2a; --good: #1d7a46; --path: #d9480f; --idle: #8a6d1a;
  --phase-0: #3568d4; --phase-1: #7f4fc9; --phase-2: #0b8478; --phase-3: #a9650b; --phase-4: #b8347b; --phase-5: #55606e;
  --tint: 42%; --labels: 15rem;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171c; --raised: #1b1f26; --text: #e6e9ee; --muted: #98a2b0; --line: #323943; --faint: #232830;
    --accent: #8ab0ff; --bad: #ff7b72; --good: #5fcf8e; --path: #ff9350; --idle: #d8b55a;
    --phase-0: #6c9bff; --phase-1: #b38cf5; --phase-2: #3fc1b2; --phase-3: #e0a045; --phase-4: #f07ab4; --phase-5: #93a0b1;
    --tint: 38%;
  }
}
.phase-0 { --phase: var(--phase-0) } .phase-1 { --phase: var(--phase-1) } .phase-2 { --phase: var(--phase-2) }
.phase-3 { --phase: var(--phase-3) } .phase-4 { --phase: var(--phase-4) } .phase-5 { --phase: var(--phase-5) }

* { box-sizing: border-box }
[hidden] { display: none !important }
body {
  margin: 0 auto; max-width: 110rem; padding: 1.5rem clamp(0.75rem, 2.5vw, 2.5rem) 4rem;
  background: var(--back); color: var(--text); font: 14px/1.5 system-ui, "DejaVu Sans", sans-serif;
}
h1, h2, h3, h4, p, dl, dd, ol, ul { margin: 0; padding: 0 }
ol, ul { list-style: none }
h1 { font-size: 1.5rem; line-height: 1.2; letter-spacing: -0.01em }
h1 span { color: var(--muted); font-weight: 400 }
h2 { font-size: 1.05rem }
h3 { font-size: 0.95rem; overflow-wrap: anywhere }
h4 { margin-top: 0.9rem; font-size: 0.75rem; color: var(--muted); font-weight: 600 }
small { color: var(--muted); font-size: 0.8rem }
code, pre { font-family: var(--mono); font-size: 0.78rem }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: left }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px }
section { margin-top: 2.25rem }
section > p { color: var(--muted); margin-top: 0.15rem }
.skip { position: absolute; left: -99rem }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--back); padding: 0.25rem 0.5rem; z-index: 9 }

.title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.8rem }
.about { color: var(--muted); font-size: 0.85rem; margin-top: 0.2rem; overflow-wrap: anywhere }
.figures { display: flex; flex-wrap: wrap; gap: 0.75rem 2.25rem; margin-top: 1.1rem }
.figures dt { color: var(--muted); font-size: 0.78rem }
.figures dd { font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap }
.figures dd small { font-weight: 400 }
.chips { display: flex; flex-wrap: wrap; gap: 0.3rem; margin: 0.35rem 0 0.6rem }
.chip { border: 1px solid var(--line); border-radius: 99px; padding: 0 0.6rem; font-size: 0.78rem; color: var(--muted) }
.chip.succeeded, .chip.reused { color: var(--good); border-color: currentColor }
.chip.bad { color: var(--bad); border-color: currentColor }
.chip.critical { color: var(--path); border-color: currentColor }

.failures article { border-left: 3px solid var(--bad); padding: 0.1rem 0 0.1rem 0.9rem; margin-top: 0.8rem }
.failure p { margin-top: 0.25rem; overflow-wrap: anywhere; white-space: pre-wrap }
.failure pre {
  margin: 0.5rem 0 0; padding: 0.6rem 0.8rem; max-height: 18rem; overflow: auto;
  background: var(--raised); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere;
  display: flex; flex-direction: column-reverse;
}

.toolbar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.1rem; margin-bottom: 0.6rem; font-size: 0.85rem }
.toolbar label { display: flex; align-items: center; gap: 0.4rem }
.toolbar input { accent-color: var(--accent); margin: 0 }
.toolbar input[type=search] {
  font: inherit; color: inherit; background: var(--back); width: 11rem;
  border: 1px solid var(--line); border-radius: 5px; padding: 0.2rem 0.5rem;
}
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; color: var(--muted); margin-right: auto }
.legend li { display: flex; align-items: center; gap: 0.35rem }
.legend i { width: 1.3rem; height: 0.7rem; border-radius: 2px; background: var(--phase-0) }
.legend .other { background: color-mix(in srgb, var(--phase-0) var(--tint), var(--back)) }
.legend .reused { background: none; border: 1px solid var(--phase-0) }
.legend .bad { background: var(--bad) }
.legend .idle { background: repeating-linear-gradient(135deg, var(--idle) 0 1px, transparent 1px 5px); border: 1px solid var(--idle) }
.legend .earlier { background: var(--muted); height: 3px }
.zoom { display: flex; border: 1px solid var(--line); border-radius: 5px; overflow: hidden }
.zoom button { width: 1.9rem; height: 1.7rem; text-align: center }
.zoom button + button { border-left: 1px solid var(--line) }
.zoom button:hover { background: var(--raised) }

.board { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 1.25rem; align-items: start }
.gantt { overflow: auto; max-height: 88vh; border: 1px solid var(--line); border-radius: 6px; position: relative; overscroll-behavior-x: contain }
.canvas { position: relative }
.row { display: flex; height: 24px; position: relative }
.label {
  position: sticky; left: 0; z-index: 3; flex: 0 0 var(--labels); padding: 0 0.5rem 0 1.5rem; line-height: 24px; font-size: 0.8rem;
  background: var(--back); border-right: 1px solid var(--line); white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
}
.row.critical .label { font-weight: 600 }
.mark { color: var(--path); font-size: 0.65rem }
.label .mark { position: absolute; left: 0.6rem }
.track { position: relative; flex: 1; margin: 0 3.6rem 0 0.5rem }
.row.selected .label { background: var(--raised); box-shadow: inset 3px 0 var(--accent) }
.row.need .label, .row.next .label { background: var(--raised) }
.bar {
  position: absolute; z-index: 2; top: 4px; height: 16px; min-width: 2px; border-radius: 2px; overflow: hidden;
  background: color-mix(in srgb, var(--phase) var(--tint), var(--back));
}
.bar.critical { background: var(--phase) }
.bar.reused { background: color-mix(in srgb, var(--phase) 12%, var(--back)); box-shadow: inset 0 0 0 1px var(--phase) }
.bar.reused.critical { box-shadow: inset 0 0 0 2px var(--phase) }
.bar.bad { background: repeating-linear-gradient(135deg, var(--bad) 0 6px, color-mix(in srgb, var(--bad) 70%, var(--back)) 6px 9px) }
.bar.cancelled, .bar.unfinished { box-shadow: inset 0 0 0 1px var(--muted); background: var(--faint) }
.bar.never { background: none; box-shadow: none; font-size: 0.72rem; line-height: 16px; color: var(--muted); padding: 0 0.3rem; font-style: italic }
.bar i { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--back); opacity: 0.65 }
.bar:focus { outline: 2px solid var(--accent); outline-offset: 1px }
.took { position: absolute; z-index: 3; pointer-events: none; text-shadow: 0 0 2px var(--back), 0 0 3px var(--back), 0 0 4px var(--back); top: 0; padding-left: 0.35rem; line-height: 24px; font-size: 0.72rem; color: var(--muted); font-variant-numeric: tabular-nums; white-space: nowrap }
.wait { position: absolute; top: 12px; height: 0; border-top: 1px dotted var(--muted) }
.before { position: absolute; top: 20.5px; height: 2px; background: var(--muted) }
.row.phase { height: 36px }
.row.phase .label { line-height: 30px; padding: 6px 0.5rem 0; display: flex; gap: 0.5rem }
.row.phase button { font-weight: 650; font-size: 0.85rem }
.row.phase button::before { content: "▾"; display: inline-block; width: 1rem; color: var(--muted) }
.closed .row.phase button::before { content: "▸" }
.closed .row:not(.phase) { display: none }
.span { position: absolute; top: 18px; height: 6px; border: 1px solid var(--phase); border-bottom: 0; opacity: 0.8 }
.span span { position: absolute; left: 100%; top: -9px; padding-left: 0.35rem; font-size: 0.72rem; color: var(--muted); white-space: nowrap }
.axis { pointer-events: none; position: sticky; top: 0; z-index: 5; height: 28px; background: var(--back); border-bottom: 1px solid var(--line) }
.axis .label { z-index: 6 }
.axis .track span { position: absolute; top: 5px; transform: translateX(-50%); font-size: 0.72rem; color: var(--muted); font-variant-numeric: tabular-nums }
.cursor { position: absolute; top: 4px; transform: translateX(-50%); background: var(--text); color: var(--back); border-radius: 3px; padding: 0 0.35rem; font-size: 0.72rem; line-height: 20px }
.cursor::after { content: ""; position: absolute; left: 50%; top: 20px; height: 100vh; border-left: 1px solid var(--muted); opacity: 0.5 }
.layer { position: absolute; top: 28px; bottom: 0; left: calc(var(--labels) + 0.5rem); right: 3.6rem; pointer-events: none }
.layer.above { z-index: 2 }
.grid i { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--faint) }
.band { position: absolute; top: 0; bottom: 0; border: solid color-mix(in srgb, var(--idle) 35%, transparent); border-width: 0 1px; background: repeating-linear-gradient(135deg, color-mix(in srgb, var(--idle) 22%, transparent) 0 1px, transparent 1px 7px) }
.band span { position: absolute; top: 2px; left: 50%; transform: translateX(-50%); font-size: 0.72rem; line-height: 1.3; color: var(--idle); background: var(--back); padding: 0 0.3rem; white-space: nowrap; border-radius: 3px }
.band.teardown { border-color: var(--muted); background: var(--faint) }
.band.teardown span { color: var(--muted) }
.lines { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible }
.lines path { fill: none; stroke: var(--muted); stroke-width: 1.5 }
.lines .critical { stroke: var(--path); opacity: 0.75 }
.lines.selected .critical { opacity: 0.2 }
.lines .need { stroke: var(--accent) }
.lines .next { stroke: var(--accent); stroke-dasharray: 4 3 }
.machines { position: sticky; bottom: 0; z-index: 4; background: var(--back); border-top: 1px solid var(--line); padding: 4px 0 }
.row.machine { height: 40px }
.row.machine .label { line-height: 1.25; padding: 4px 0.5rem }
.row.machine .label small { display: block; font-size: 0.72rem; overflow: hidden; text-overflow: ellipsis }
.machine .track { margin-top: 3px; height: 34px; border-bottom: 1px solid var(--line); box-shadow: inset 0 1px var(--faint) }
.machine svg { display: block; width: 100%; height: 100% }
.cpu { --curve: var(--phase-0) } .memory { --curve: var(--phase-2) }
.machine .area { fill: color-mix(in srgb, var(--curve) 20%, transparent) }
.machine .line { fill: none; stroke: var(--curve); stroke-width: 1.5; vector-effect: non-scaling-stroke }

.details { border: 1px solid var(--line); border-radius: 6px; padding: 0.9rem 1rem; max-height: 74vh; overflow: auto; font-size: 0.85rem }
.details dl { display: grid; grid-template-columns: auto 1fr; gap: 0.15rem 0.8rem }
.details dt { color: var(--muted) }
.links { display: flex; flex-wrap: wrap; gap: 0 0.7rem }
.links button, .path button, .tasks th button { color: var(--accent); overflow-wrap: anywhere }
.links button:hover, .path button:hover, .tasks tbody button:hover { text-decoration: underline }
.details .failure { margin-top: 0.6rem; border-left: 3px solid var(--bad); padding-left: 0.7rem }
.hint { color: var(--muted) }
.hint li { margin-top: 0.4rem }
kbd { font: 0.75rem var(--mono); border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 0.35rem; color: var(--text) }
.parts li { display: grid; grid-template-columns: 1fr auto; gap: 0 0.6rem; padding: 0.2rem 0; align-items: baseline }
.parts code { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.parts span { color: var(--muted); font-size: 0.75rem; font-variant-numeric: tabular-nums }
.parts div { grid-column: 1 / -1; height: 4px; background: var(--faint); position: relative; border-radius: 2px }
.parts i { position: absolute; top: 0; bottom: 0; min-width: 2px; background: var(--phase); border-radius: 2px }

.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 3rem }
.path { margin-top: 0.6rem }
.path li { display: grid; grid-template-columns: minmax(0, auto) minmax(0, 1fr) auto; gap: 0 0.7rem; padding: 0.22rem 0; align-items: baseline }
.path button { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; overflow-wrap: normal }
.savings button { font-family: var(--mono); font-size: 0.78rem }
.savings .path li { grid-template-columns: minmax(0, 1fr) auto auto }
.path span { font-variant-numeric: tabular-nums; font-size: 0.82rem }
.path div { grid-column: 1 / -1; height: 5px; background: var(--faint); border-radius: 2px }
.path i { display: block; height: 100%; min-width: 2px; border-radius: 2px; background: var(--phase, var(--path)) }

.builds details { border-top: 1px solid var(--line); padding: 0.35rem 0 }
.builds details:last-child { border-bottom: 1px solid var(--line) }
.builds h2 { margin-bottom: 0.5rem }
.builds summary { display: grid; grid-template-columns: 14rem 5rem 1fr; gap: 0.8rem; align-items: center; cursor: pointer; font-size: 0.85rem }
.builds summary b { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.builds summary b::before { content: "▸"; display: inline-block; width: 1rem; color: var(--muted) }
.builds [open] summary b::before { content: "▾" }
.builds summary span { color: var(--muted); text-align: right; font-variant-numeric: tabular-nums }
.whole { position: relative; height: 14px; min-width: 3px; background: var(--faint); border-radius: 2px; overflow: hidden }
.whole i { position: absolute; top: 0; bottom: 0; background: var(--phase); border-right: 1px solid var(--back) }
.whole i:nth-child(even) { background: color-mix(in srgb, var(--phase) 60%, var(--back)) }
.builds .parts { margin: 0.4rem 0 0.6rem 1rem }

table { border-collapse: collapse; margin-top: 0.5rem; font-size: 0.85rem; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: 0.22rem 0.9rem; border-bottom: 1px solid var(--faint); white-space: nowrap; font-weight: 400 }
thead th { color: var(--muted); border-color: var(--line) }
th:first-child { padding-left: 0 }
tbody th, thead th:first-child { text-align: left }
.tasks > div { overflow-x: auto }
.tasks table { min-width: 100% }
.tasks td:nth-child(2), .tasks td:nth-child(3), .tasks thead th:nth-child(2), .tasks thead th:nth-child(3) { text-align: left }
.tasks thead button { color: inherit }
.tasks [aria-sort] { color: var(--text); font-weight: 600 }
.tasks [aria-sort=ascending] button::after { content: " ↑" }
.tasks [aria-sort=descending] button::after { content: " ↓" }
.tasks tr.bad td:nth-child(3) { color: var(--bad); font-weight: 600 }
.tasks tr.blocked, .tasks tr.cancelled { color: var(--muted) }
.slower { color: var(--bad) } .faster { color: var(--good) }
.comparison .pair { width: 40% }
.comparison { overflow-x: auto }
.pair i { display: block; height: 6px; min-width: 1px; border-radius: 2px; background: var(--accent) }
.pair .earlier { background: var(--muted); margin-bottom: 2px }
.notes li { color: var(--muted); margin-top: 0.3rem }

@media (max-width: 1100px) {
  .board { grid-template-columns: minmax(0, 1fr) }
  .details { min-height: 11rem }
}
@media (max-width: 700px) {
  :root { --labels: 9rem }
  .label { padding-left: 1.1rem; font-size: 0.74rem }
  .label .mark { left: 0.3rem }
  .row.phase small { display: none }
  .builds summary { grid-template-columns: 9rem 4rem 1fr; gap: 0.5rem }
  th, td { padding: 0.22rem 0.5rem }
  .figures { gap: 0.6rem 1.5rem }
  .figures dd { font-size: 1.05rem }
}
@media (prefers-reduced-motion: no-preference) {
  .bar, .lines path { transition: opacity 0.12s }
}
@media print {
  :root {
    --back: #fff; --raised: #f6f7f9; --text: #000; --muted: #444; --line: #ccc; --faint: #eee;
    --phase-0: #3568d4; --phase-1: #7f4fc9; --phase-2: #0b8478; --phase-3: #a9650b; --phase-4: #b8347b; --phase-5: #55606e;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  body { padding: 0; font-size: 11px }
  .details, .toolbar label, .toolbar input, .zoom, .skip { display: none }
  .board { display: block }
  .gantt { max-height: none; overflow: visible }
  .canvas { width: 100% !important }
  .axis, .machines, .label { position: relative }
  .row, tr, li { break-inside: avoid }
}
`

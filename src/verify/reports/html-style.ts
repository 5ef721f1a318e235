/** Inline, because the page must be readable from a mail attachment. Contrast is at least 4.5:1 in both schemes. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1f2328; --soft: #57606a; --line: #d8dde3;
  --flow: #2f6f8f; --ribbon: #bcd8e4; --leave: #8a6d3b; --leave-ribbon: #eadfc8;
  --good: #1a7f37; --good-back: #e3f5e8; --bad: #b42318; --bad-back: #fdebe9; --warn: #8a5700; --warn-back: #fdf3d8;
  --note: #57606a; --note-back: #eef1f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1d2125; --ink: #e8eaed; --soft: #a9b2bc; --line: #363c43;
    --flow: #69b3d3; --ribbon: #24485a; --leave: #d3b270; --leave-ribbon: #4a3f27;
    --good: #6fd08a; --good-back: #173322; --bad: #ff9a8f; --bad-back: #43201d; --warn: #f0c36a; --warn-back: #3d3013;
    --note: #a9b2bc; --note-back: #2a2f35;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main, header, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { max-width: 46rem; margin: .25rem 0 .75rem; }
.soft, caption, .facts dt { color: var(--soft); }
.outcome { display: inline-block; padding: .15rem .8rem; border-radius: 2rem; font-weight: 650; }
.passed { color: var(--good); background: var(--good-back); }
.failed, .error { color: var(--bad); background: var(--bad-back); }
.warned, .warning { color: var(--warn); background: var(--warn-back); }
.skipped, .information { color: var(--note); background: var(--note-back); }
.tag { display: inline-block; padding: 0 .55rem; border-radius: 1rem; font-size: .8125rem; font-weight: 600; white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; padding: 0; margin: 1.5rem 0 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem 1rem; }
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--soft); font-size: .875rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0 0; font-size: .9375rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.scroll:focus-visible { outline: 2px solid var(--flow); }
table { border-collapse: collapse; width: 100%; font-size: .9063rem; }
caption { text-align: left; padding: .6rem .65rem; }
th, td { padding: .4rem .65rem; text-align: left; border-top: 1px solid var(--line); vertical-align: top; }
thead th { font-weight: 600; color: var(--soft); white-space: nowrap; }
tbody th { font-weight: 500; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.zero { color: var(--soft); }
td.left { color: var(--leave); font-weight: 600; }
tfoot th, tfoot td { border-top: 2px solid var(--line); font-weight: 650; }
.flow { display: block; width: 100%; height: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.flow text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
.flow .big { font-size: 20px; font-weight: 650; }
.flow .small { fill: var(--soft); }
.flow .bar { fill: var(--flow); } .flow .ribbon { fill: var(--ribbon); }
.flow .gone { fill: var(--leave); } .flow .gone-ribbon { fill: var(--leave-ribbon); }
.findings { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
.findings li { background: var(--card); border: 1px solid var(--line); border-left-width: 4px; border-radius: .4rem; padding: .6rem .9rem; }
.findings li.is-error { border-left-color: var(--bad); } .findings li.is-warning { border-left-color: var(--warn); }
.findings p { margin: 0; max-width: none; }
.findings .where { font-size: .875rem; color: var(--soft); overflow-wrap: anywhere; }
details { margin-top: 1rem; } summary { cursor: pointer; font-weight: 600; }
details .findings { margin-top: .6rem; }
footer { padding: 2.5rem 1.5rem; color: var(--soft); font-size: .875rem; }
@media print { body { background: #fff; } .scroll { overflow: visible; } h2 { break-after: avoid; } }
`.trim();

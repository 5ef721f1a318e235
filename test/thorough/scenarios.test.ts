import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import { LakePaths } from '../../src/contract/lake-paths';
import type { RunReport } from '../../src/contract/lake-format';
import { defaultEngineSettings } from '../../src/engine/engine-context';
import { LandingLedger } from '../../src/engine/landing-ledger';
import { processDrop } from '../../src/engine/process';
import { FolderStore } from '../../src/lake/folder-store';
import { writeDropMap, type DropMap } from '../../src/test-data/drop-map';
import { checkDrop, type CheckFinding } from '../../src/test-data/check';
import { scenarios } from '../../src/test-data/scenarios';
import { GeneratedDrop } from '../test-data/generated';
import { reduced } from '../test-data/scenario-drops';

/** Every scenario, run through the engine and the check of drops, has the outcome that it names. */

let base: DropMap;
let folder: string;
beforeAll(async () => {
  base = (await GeneratedDrop.of({ set: 'k12', people: 300, days: 2 })).files;
  folder = await mkdtemp(path.join(tmpdir(), 'insights-scenarios-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Processes drops into one lake, one after the other. */
async function processed(name: string, drops: readonly DropMap[], requiredTables: readonly string[]) {
  const work = path.join(folder, name);
  const store = new FolderStore(path.join(work, 'lake'), { durable: false });
  const paths = new LakePaths('dev', '1.14');
  const reports: RunReport[] = [];
  for (const [index, drop] of drops.entries()) {
    const source = path.join(work, `drop-${index}`);
    await writeDropMap(drop, source);
    reports.push(
      await processDrop({
        drop: { store: new FolderStore(source), prefix: '' },
        store,
        paths,
        catalogue: loadCatalogue('strict'),
        salt: 'pepper',
        settings: { ...defaultEngineSettings, requiredTables },
      }),
    );
  }
  const source = path.join(work, `drop-${drops.length - 1}`);
  const ledger = await LandingLedger.open(store, paths, { runId: 'test', engine: 'test' });
  await store.close();
  return { report: reports.at(-1)!, units: ledger.state.units, source };
}

function countsOf(findings: readonly CheckFinding[]): Record<string, number> {
  return Object.fromEntries(findings.map(({ code, count }) => [code, count ?? 0]));
}

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (name, scenario) => {
  test('has the outcome that it names', async () => {
    const { expects } = scenario;
    const small = reduced(base, scenario.apply(base), name);
    const drops = expects.after === 'base' ? [small.before, small.after] : [small.after];
    const { report, units, source } = await processed(name, drops, small.tables);
    const statuses = small.changedUnits.map(
      (unit) => units.findLast((landed) => landed.unit === unit)?.status ?? 'waiting',
    );
    expect([...new Set(statuses)]).toEqual([expects.status]);
    const codes = (severity: string) => report.messages.filter((message) => message.severity === severity);
    expect(codes('error').map(({ table, code }) => ({ table, code }))).toEqual(expects.findings ?? []);
    const checked = await checkDrop(source);
    const found = checked.units.filter(({ unit }) => small.changedUnits.includes(unit)).flatMap(({ tables }) => tables);
    const warnings = [...codes('warning'), ...checked.findings, ...found.flatMap(({ findings }) => findings)].map(
      ({ code }) => code,
    );
    expect(expects.warnings?.filter((code) => !warnings.includes(code)) ?? []).toEqual([]);
    const flows = report.tables.filter((flow) => Object.keys(flow.rejected).length > 0);
    // A unit that stops counts its rejected rows in its findings.
    const rejected =
      expects.status === 'failed' ? {} : Object.fromEntries(flows.map((flow) => [flow.table, flow.rejected]));
    expect(rejected).toEqual(expects.rejected ?? {});
    // The check of a drop comes to the same without a lake.
    const errors = found.map(
      ({ table, findings }) => [table, findings.filter(({ severity }) => severity === 'error')] as const,
    );
    if (expects.status === 'failed') {
      const stopping = errors.flatMap(([table, findings]) => findings.map(({ code }) => ({ table, code })));
      expect(stopping).toEqual(expect.arrayContaining([...expects.findings!]));
    } else {
      const counts = errors
        .filter(([, findings]) => findings.length > 0)
        .map(([table, findings]) => [table, countsOf(findings)]);
      expect(Object.fromEntries(counts)).toEqual(expects.rejected ?? {});
    }
    if (expects.after === 'base') return;
    const repeated = report.tables.filter((flow) => flow.duplicates > 0).map((flow) => [flow.table, flow.duplicates]);
    expect(Object.fromEntries(repeated)).toEqual(expects.duplicates ?? {});
  });
});

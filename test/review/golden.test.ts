import { resolveEnvironment } from '../../src/contract/environment';
import type { LakeProfile } from '../../src/review/data/lake-profile';
import type { Evidence } from '../../src/review/evidence';
import { renderMarkdown } from '../../src/review/render/markdown';
import { review, type Sections } from '../../src/review/review';
import * as fixture from './fixture';

const { base, insights, platform, stack, withMember } = fixture;

/** Changes as a pull request would make them, by the sections that have to catch each. */
const pullRequests: Readonly<
  Record<string, { readonly in: readonly (keyof Sections)[]; readonly head: Partial<Evidence> }>
> = {
  'a column unmasked': {
    in: ['privacy', 'data'],
    head: {
      catalogues: withTables([
        {
          ...fixture.aadUser,
          columns: [fixture.aadUser.columns[0] ?? fail(), fixture.column('Surname', { kind: 'no-op' }, 1)],
        },
      ]),
      lake: withColumns({ Surname: { type: 'VARCHAR', nulls: 1, distinct: 9, buckets: fixture.buckets(3, 3, 3) } }),
    },
  },
  'a role widened': {
    in: ['resources', 'access'],
    head: platformWith('azurerm_role_assignment.ReadGeneral.condition', fixture.folderCondition('Refined/M365/v1.14')),
  },
  'a container destroyed': { in: ['resources'], head: platformWith('azurerm_storage_container.Stage1', undefined) },
  'a pool doubled': {
    in: ['resources', 'cost'],
    head: insightsWith('azapi_resource.Pool.body.properties.autoScale.minNodeCount', 6),
  },
  'a firewall exception': {
    in: ['resources', 'access'],
    head: {
      ...platformWith('azurerm_storage_account.DataLake.network_rules.ip_rules', ['198.51.100.0/24', '203.0.113.7']),
      environments: [
        resolveEnvironment(
          {
            ...fixture.environmentFile,
            network: {
              access: 'addresses',
              addresses: [
                ...fixture.environmentFile.network.addresses,
                { address: '198.51.100.0/24', owner: 'Library', reason: 'Opening hours', expires: '2027-03-31' },
              ],
            },
          },
          'dev.json',
        ),
      ],
    },
  },
  'a pipeline reference broken': {
    in: ['policy', 'artifacts'],
    head: {
      stacks: [],
      lake: fixture.lake,
      findings: [
        {
          source: 'synthesis',
          rule: 'ARTIFACTS_INVALID',
          at: 'synthesis',
          problem:
            'assets/pipelines/0_main_insights.json#/properties/activities/1: There is no notebook "Drivers". (reference)',
        },
      ],
      sources: sourcesWith('Drivers'),
    },
  },
  'a notebook edited': {
    in: ['resources', 'artifacts'],
    head: insightsWith('azapi_data_plane_resource.Driver.body.properties.cells', [
      { source: ['# Driver\n', 'Runs all.'] },
      { source: ["workspace = 'prod'"] },
      { source: ['run()'] },
      { source: ['report()'] },
    ]),
  },
  'a table added': {
    in: ['privacy', 'data'],
    head: {
      catalogues: withTables([
        fixture.aadUser,
        {
          ...fixture.aadUser,
          name: 'Badge',
          key: ['Id'],
          columns: [fixture.column('Id', { kind: 'hash-no-lookup' }, 0)],
        },
      ]),
      lake: { ...fixture.lake, 'general/Badge': { rows: 4, columns: {} } },
    },
  },
  'a retention shortened': {
    in: ['resources'],
    head: platformWith('azurerm_storage_management_policy.Retention.rule', [
      { name: 'landed', actions: { base_blob: { delete_after_days_since_modification_greater_than: 30 } } },
    ]),
  },
  'a runtime aged': {
    in: ['resources', 'policy', 'ageing'],
    head: {
      ...insightsWith('azapi_resource.Pool.body.properties.sparkVersion', '3.4'),
      findings: [
        {
          source: 'policy',
          rule: 'runtime-end-of-life',
          at: 'dev-insights/Pool',
          problem: 'Spark 3.4 has reached its end of life.',
        },
      ],
    },
  },
  'a grade made finer': {
    in: ['data'],
    head: { smallGroups: { Person: { persons: 9, ofPersons: 40 }, Enrollment: { persons: 1, ofPersons: 38 } } },
  },
  'a dependency bumped': { in: ['ageing'], head: { versions: { ...base.versions, ajv: '8.21.0' } } },
  'nothing changed': { in: [], head: {} },
};

describe('golden reviews', () => {
  const today = '2026-11-29';
  const before: Evidence = { ...base, sources: sourcesWith('Driver') };

  test.each(Object.entries(pullRequests))('%s', (_name, { in: sections, head }) => {
    const made = review({ before, after: { ...before, ...head, name: 'feature (111111111111)' }, today });
    const caught = Object.entries(made.sections).filter(([, { changed }]: [string, { changed: boolean }]) => changed);
    expect(caught.map(([section]) => section)).toEqual(sections);
    expect(`${JSON.stringify(made.verdict, undefined, 2)}\n${renderMarkdown(made)}`).toMatchSnapshot();
  });

  test('nothing changed is one line below the marker, and the same evidence gives the same bytes', () => {
    const nothing = renderMarkdown(review({ before, after: structuredClone(before), today }));
    expect(nothing.trimEnd().split('\n')).toHaveLength(2);
    expect(renderMarkdown(review({ before, after: structuredClone(before), today }))).toBe(nothing);
  });
});

function platformWith(path: string, value: Parameters<typeof withMember>[2]): Partial<Evidence> {
  return { stacks: [stack('dev-platform', withMember(platform, path, value)), stack('dev-insights', insights)] };
}

function insightsWith(path: string, value: Parameters<typeof withMember>[2]): Partial<Evidence> {
  return { stacks: [stack('dev-platform', platform), stack('dev-insights', withMember(insights, path, value))] };
}

function withTables(tables: (typeof fixture.catalogue)['tables']): Evidence['catalogues'] {
  return [{ catalogue: { ...fixture.catalogue, tables }, findings: [] }];
}

function withColumns(columns: LakeProfile[string]['columns']): LakeProfile {
  const table = fixture.lake['general/AadUser'];
  return { 'general/AadUser': { ...table, columns: { ...table.columns, ...columns } } };
}

function sourcesWith(referenceName: string): Evidence['sources'] {
  const notebook = { referenceName, type: 'NotebookReference' };
  const activities = [{ name: 'Run all steps', type: 'SynapseNotebook', typeProperties: { notebook } }];
  return [{ kind: 'pipelines', name: '0_main_insights', properties: { activities } }];
}

function fail(): never {
  throw new Error('The fixture has a key column.');
}

import { folderCondition } from '../../constructs/core/roles';
import type { TerraformPlan } from '../../src/deployment/plan-summary';
import { compareAccess } from '../../src/review/sections/access';
import { comparePrivacy } from '../../src/review/sections/privacy';
import { compareResources } from '../../src/review/sections/resources';
import { renderMarkdown } from '../../src/review/render/markdown';
import { renderSarif } from '../../src/review/render/sarif';
import { review } from '../../src/review/review';
import { aadUser, base, catalogue, column, insights, platform, stack, withMember } from './fixture';

const today = '2026-11-29';

describe('resources', () => {
  test('what refers to something that is made anew is made anew with it', () => {
    const renamed = withMember(platform, 'azurerm_storage_account.DataLake.name', 'stoeab');
    const { stacks } = compareResources([stack('dev-platform', platform)], [stack('dev-platform', renamed)]);
    expect(stacks[0]?.changes.map(({ action, address, loss }) => [action, address, loss])).toEqual([
      ['replace', 'azurerm_storage_account.DataLake', 'its data goes'],
      ['replace', 'azurerm_storage_container.Stage1', 'its data goes'],
      ['replace', 'azurerm_storage_container.Stage2', 'its data goes'],
      ['replace', 'azurerm_storage_management_policy.Retention', undefined],
    ]);
  });

  test('what Terraform refused to destroy, and no longer does, is a loss', () => {
    const open = withMember(platform, 'azurerm_storage_container.Stage2.lifecycle', undefined);
    const { stacks } = compareResources([stack('dev-platform', platform)], [stack('dev-platform', open)]);
    expect(stacks[0]?.changes.map(({ action, address, loss }) => [action, address, loss])).toEqual([
      ['update', 'azurerm_storage_container.Stage2', 'Terraform may destroy it from now on'],
    ]);
  });

  test('a resource that was moved is not destroyed', () => {
    const { DataLake: lake = {}, ...others } = platform['azurerm_storage_account'] ?? {};
    const moved = { ...stack('dev-platform', { azurerm_storage_account: { Lake: lake, ...others } }) };
    const from = stack('dev-platform', { azurerm_storage_account: { DataLake: lake } });
    const after = { ...moved, moved: new Map([['azurerm_storage_account.Lake', 'azurerm_storage_account.DataLake']]) };
    expect(compareResources([from], [after])).toEqual({ changed: false, stacks: [] });
  });

  test('a plan decides what the files only suggest', () => {
    const after = stack(
      'dev-platform',
      withMember(platform, 'azurerm_log_analytics_workspace.Logs.retention_in_days', 180),
    );
    const plan: TerraformPlan = {
      resource_changes: [
        {
          address: 'azurerm_log_analytics_workspace.Logs',
          type: 'azurerm_log_analytics_workspace',
          change: { actions: ['delete', 'create'], after: { name: 'log-oea-a' } },
        },
      ],
    };
    const section = compareResources([stack('dev-platform', platform)], [after], new Map([['dev-platform', plan]]));
    expect(
      section.stacks.map(({ source, changes }) => [source, changes.map(({ action, loss }) => [action, loss])]),
    ).toEqual([['plan', [['replace', 'its data goes']]]]);
  });
});

describe('access', () => {
  test('a role without a condition, or on the whole account, opens every zone below it; other roles are told by name', () => {
    const wide = withMember(platform, 'azurerm_role_assignment.ReadGeneral.condition', undefined);
    const account = withMember(
      wide,
      'azurerm_role_assignment.ReadGeneral.scope',
      '/subscriptions/s/storageAccounts/stoeaa',
    );
    const owner = withMember(account, 'azurerm_role_assignment.ReadGeneral.role_definition_name', 'Owner');
    const grants = (resources: typeof platform) =>
      compareAccess(
        base,
        { ...base, stacks: [stack('dev-platform', resources), stack('dev-insights', insights)] },
        today,
      )
        .environments.flatMap((one) => one.grants)
        .map(({ where, before, after }) => `${where}: ${before} to ${after}`);
    expect(grants(wide)).toEqual(['raw stage 2: - to read', 'sensitive: - to read']);
    expect(grants(account)).toHaveLength(9);
    expect(grants(owner)).toEqual(['general: read to -', 'stoeaa: - to Owner']);
  });

  test('who brings deliveries and reads none of them delivers; a condition on reading alone keeps no writing away', () => {
    const grants = (condition: string) => {
      const scope = '${azurerm_storage_container.DataLake_oea_0123ABCD.id}';
      const role = { principal_id: 'bbbb', role_definition_name: 'Storage Blob Data Contributor', scope, condition };
      const given = stack('dev-platform', { azurerm_role_assignment: { Bring: role } });
      const [section] = compareAccess({ ...base, stacks: [] }, { ...base, stacks: [given] }, today).environments;
      return section?.grants.map(({ where, after }) => `${where}: ${after}`);
    };
    expect(grants(folderCondition([], 'write', ['pre_landing/data_shares']))).toEqual(['delivered: deliver']);
    expect(grants(folderCondition(['pre_landing/data_shares'], 'write'))).toEqual(['delivered: write']);
    expect(grants(folderCondition(['pre_landing/data_shares'], 'read'))).toEqual([
      'delivered: write',
      'dev: deliver',
      'reports: deliver',
      'sandboxes: deliver',
      'test drops: deliver',
    ]);
  });

  test('rights in Studio and in SQL, and switches of the network', () => {
    const more = {
      ...insights,
      azapi_data_plane_resource: {
        Publish: {
          body: { roleId: '05930f57-09a3-4c0d-9fa9-6d1eb91c178b', principalId: 'aaaaaaaa-0000-0000-0000-000000000000' },
        },
        Databases: {
          body: { statements: [{ database: 'sdb_x_sensitive', text: 'CREATE USER [Teach]]ers]; CREATE USER [B]' }] },
        },
      },
    };
    const closed = withMember(more, 'azapi_resource.Workspace.body.properties.publicNetworkAccess', 'Disabled');
    const stacks = [stack('dev-platform', platform), stack('dev-insights', closed)];
    const [section] = compareAccess(base, { ...base, stacks }, today).environments;
    expect([section?.grants.map(({ who, where, after }) => [who, where, after]), section?.network]).toEqual([
      [
        ['B', 'SQL sensitive', 'read'],
        ['Teach]ers', 'SQL sensitive', 'read'],
        ['Teachers', 'Studio', 'Synapse Artifact Publisher'],
      ],
      ['publicNetworkAccess of syn-oea-a: "Enabled" to "Disabled"'],
    ]);
  });
});

describe('privacy', () => {
  const withTreatments = (...treatments: readonly Parameters<typeof column>[1][]) => [
    {
      ...catalogue,
      tables: [{ ...aadUser, columns: treatments.map((treatment, at) => column(`C${at}`, treatment, at)) }],
    },
  ];

  test.each([
    [{ kind: 'mask' }, { kind: 'hash-no-lookup' }, true],
    [{ kind: 'hash-no-lookup' }, { kind: 'hash' }, true],
    [{ kind: 'hash' }, { kind: 'hash-no-lookup' }, false],
    [{ kind: 'generalise', rule: 'band', width: 10 }, { kind: 'generalise', rule: 'band', width: 5 }, true],
    [{ kind: 'generalise', rule: 'band', width: 5 }, { kind: 'generalise', rule: 'band', width: 10 }, false],
    [{ kind: 'no-op' }, { kind: 'drop' }, false],
  ] as const)('%j to %j opens: %s', (before, after, opens) => {
    const { changes } = comparePrivacy(withTreatments(before), withTreatments(after));
    expect(changes.filter(({ kind }) => kind === 'treatment').map((change) => change.opens)).toEqual([opens]);
  });

  test('a catalogue that cannot be read counts as a change that somebody has to approve', () => {
    const made = review({ before: base, after: { ...base, catalogues: [] }, today });
    expect([made.sections.privacy, made.verdict.privacy.reasons]).toEqual([
      { changed: true, changes: [], unreadable: 'policy says why' },
      ['the catalogue cannot be read: policy says why'],
    ]);
  });
});

test('a skip of Checkov is told with owner and last day, and covers nothing after it', () => {
  const found = {
    source: 'Checkov' as const,
    rule: 'CKV_1',
    at: 'dev-platform azurerm_key_vault.V',
    problem: 'Ensure',
  };
  const skip = { check: 'CKV_1', stacks: ['dev-platform'], owner: 'IT', reason: 'Why', expires: '2026-12-31' };
  const before = { ...base, findings: [found] };
  const policyOn = (day: string) => review({ before, after: { ...before, skips: [skip] }, today: day }).sections.policy;
  const { added, mended, suppressions } = policyOn(today);
  expect([added, mended, suppressions]).toEqual([
    [],
    [found],
    [
      {
        ...{ rule: 'CKV_1', at: 'dev-platform', owner: 'IT', reason: 'Why', expires: '2026-12-31' },
        ...{ daysLeft: 32, isNew: true },
      },
    ],
  ]);
  expect(policyOn('2027-01-01').known).toEqual([found]);
  const shown = renderMarkdown(review({ before, after: { ...before, skips: [skip] }, today }));
  expect(shown).toContain(
    'Excepted for a while:\n\n- **new** `CKV_1` at `dev-platform`: `Why`, of `IT`, until 2026-12-31 (32 days)\n',
  );
});

describe('what is printed', () => {
  test('a comment that is too long keeps whole sections, and says where the others are', () => {
    const many = Array.from({ length: 900 }, (_, at) => ({
      source: 'policy' as const,
      rule: 'never',
      at: `dev-platform/Thing${at}`,
      problem: 'This is here to make the comment longer than it may be, by far.',
    }));
    const text = renderMarkdown(review({ before: base, after: { ...base, findings: many, versions: {} }, today }));
    expect(text.length).toBeLessThan(60_000);
    expect(text).toContain(
      '### Policy\n\nToo long for a comment (906 lines): `npx insights review --json` has all of it.',
    );
    expect(text).toContain('### Ageing\n\n| version of |');
  });

  test('of very many losses the first stand at the top, and the comment stays as short as GitHub takes it', () => {
    const containers = Object.fromEntries(
      Array.from({ length: 900 }, (_, at) => [`Container${at}`, { name: `container${at}` }]),
    );
    const before = { ...base, stacks: [stack('dev-platform', { azurerm_storage_container: containers })] };
    const after = { ...base, stacks: [stack('dev-platform', {})] };
    const text = renderMarkdown(review({ before, after, today }));
    expect(text.length).toBeLessThan(65_536);
    expect(text.split('\n').filter((line) => line.startsWith('- **Data'))).toHaveLength(21);
    expect(text).toContain('\n- **Data: 880 more below**\n');
  });

  test('an approval that nobody can give is told as one', () => {
    const [identifier] = aadUser.columns;
    const open = {
      ...aadUser,
      columns: [...(identifier ? [identifier] : []), column('Surname', { kind: 'no-op' }, 1)],
    };
    const after = { ...base, catalogues: [{ catalogue: { ...catalogue, tables: [open] }, findings: [] }] };
    const text = renderMarkdown(review({ before: { ...base, owners: '' }, after, today }));
    const line = text.split('\n').find((one) => one.includes('Privacy needs approval'));
    expect(line).toBe('- **Privacy needs approval**, and CODEOWNERS names nobody who could give it:');
  });

  test('the path of a resource is shown without its stack, which stands above, and without the name of every main child', () => {
    const at = (path: string) => ({ '//': { metadata: { path, uniqueId: 'X' } }, name: path });
    const paths = ['dev-platform/DataLake/Resource', 'dev-platform/Resource', 'other/Resource/Rule'];
    const tables = Object.fromEntries(paths.map((path, index) => [`Table${index}`, at(path)]));
    const after = { ...base, stacks: [stack('dev-platform', { azurerm_storage_table: tables })] };
    const text = renderMarkdown(review({ before: { ...base, stacks: [stack('dev-platform', {})] }, after, today }));
    const added = text.split('\n').filter((line) => line.startsWith('| added | '));
    expect(added.map((line) => line.split(' | ')[1])).toEqual(['`DataLake`', '`Resource`', '`other/Resource/Rule`']);
  });

  test('findings as SARIF: new apart from known, with the file to open', () => {
    const finding = { source: 'policy' as const, rule: 'tags', at: 'dev-platform/X', problem: 'No tags.' };
    const broken = {
      ...finding,
      source: 'synthesis' as const,
      at: 'synthesis',
      problem: 'assets/pipelines/a.json#/x: No.',
    };
    const made = review({
      before: { ...base, findings: [finding] },
      after: { ...base, findings: [finding, broken], catalogues: [] },
      today,
    });
    const { runs } = JSON.parse(renderSarif(made)) as {
      runs: { results: { ruleId: string; level: string; baselineState: string; locations: unknown }[] }[];
    };
    expect(runs[0]?.results.map(({ ruleId, level, baselineState }) => [ruleId, level, baselineState])).toEqual([
      ['synthesis/tags', 'error', 'new'],
      ['policy/tags', 'error', 'unchanged'],
      ['privacy/needs-approval', 'warning', 'new'],
    ]);
    expect(JSON.stringify(runs[0]?.results.map(({ locations }) => locations))).toBe(
      JSON.stringify(
        ['assets/pipelines/a.json', 'environments/dev.json', 'assets/catalogue/metadata.csv'].map((uri) => [
          { physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } },
        ]),
      ),
    );
  });
});

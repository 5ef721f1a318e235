import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aspects } from '../../../constructs/core/cdktf';
import { PlatformStack } from '../../../constructs/insights/platform-stack';
import { judge } from '../../../constructs/policy/judge';
import { PolicyAspect } from '../../../constructs/policy/policy-aspect';
import { PolicyReport } from '../../../constructs/policy/policy-report';
import type { Rule } from '../../../constructs/policy/rule';
import { loadEnvironments, resolveEnvironment } from '../../../src/contract/environment';
import { refusal } from '../../support/refusal';
import { useTemporaryFolders } from '../../support/temporary-folder';
import { synthesise } from '../synthesised';
import { existingWorkspace as workspace } from '../../support/environment-parts';

const newFolder = useTemporaryFolders();

const today = '2026-01-31';
const group = { objectId: 'aaaaaaaa-0000-0000-0000-000000000000', displayName: 'Teachers' };

/** Everything that a platform can have. */
const full = {
  name: 'prod',
  suffix: 'contoso',
  location: 'westeurope',
  tags: { Owner: 'data team' },
  dataShare: {
    mode: 'accept',
    invitationId: '11111111-2222-3333-4444-555555555555',
    sourceLocation: 'eastus2',
    dataSets: ['activity', 'roster'],
    schedule: { interval: 'Day', time: '2026-01-01T04:00:00Z' },
  },
  people: { analysts: [group], privacyOfficers: [group], dataEngineers: [group] },
};

const never: Rule = {
  id: 'never',
  demand: 'Nothing has a name.',
  check: ({ resources }) =>
    resources
      .filter(({ type }) => type === 'azurerm_key_vault')
      .map(({ path, body }) => ({ at: path, found: `name is ${String(body['name'])}` })),
};

function build(settings: object, rules?: readonly Rule[]) {
  const environment = resolveEnvironment({ ...full, ...settings }, 'prod.json');
  return synthesise((app) => {
    const stack = new PlatformStack(app, 'prod-platform', { environment });
    Aspects.of(stack).add(new PolicyAspect({ environment, today, ...(rules === undefined ? {} : { rules }) }));
  });
}

const next =
  '  where: prod-platform\n' +
  '  next:  Mend what each finding names; where that has to wait, add it to exceptions of the environment (rule, at, reason, owner, expires).';
const exception = { rule: 'never', at: 'prod-platform/SecretVault/Resource', owner: 'o', reason: 'r', expires: today };

describe('PolicyAspect', () => {
  test('lets the platform with everything in it pass, in production and elsewhere', () => {
    const network = {
      access: 'private',
      private: { resourceGroup: 'rg-n', virtualNetwork: 'v', subnet: 's', dnsZonesResourceGroup: 'rg-d' },
    };
    const variants = [{}, { name: 'dev' }, { network }, { workspace }];
    expect(variants.map((settings) => Object.keys(build(settings)))).toEqual([
      ['prod-platform'],
      ['prod-platform'],
      ['prod-platform'],
      ['prod-platform'],
    ]);
  });

  test('lets the shipped environments pass', () => {
    const stacks = synthesise((app) => {
      for (const environment of loadEnvironments('environments')) {
        const stack = new PlatformStack(app, environment.name, { environment });
        Aspects.of(stack).add(new PolicyAspect({ environment, today }));
      }
    });
    expect(Object.keys(stacks)).toEqual(['dev', 'prod', 'test']);
  });

  test('stops synthesis with every finding at once', () => {
    const check = (): never => {
      throw new Error('no such block');
    };
    const broken: Rule = { ...never, id: 'broken', check };
    expect(refusal(() => build({}, [never, broken]))).toBe(
      'POLICY_VIOLATED: The policy refuses this stack: 2 findings.\n' +
        '  never at prod-platform/SecretVault/Resource: name is kv-oea-contoso. Nothing has a name.\n' +
        '  broken at prod-platform: the rule failed: no such block. Nothing has a name.\n' +
        next,
    );
  });

  test('warns of what will break it before long, and goes on', () => {
    const soon: Rule = { ...never, check: () => [], advise: never.check };
    const environment = resolveEnvironment(full, 'prod.json');
    const warnings: unknown[] = [];
    synthesise((app) => {
      const stack = new PlatformStack(app, 'prod-platform', { environment });
      Aspects.of(stack).add(new PolicyAspect({ environment, today, rules: [soon] }));
      app.node.addValidation({
        validate: () => {
          warnings.push(
            ...stack.node.metadata.map(({ type, data, trace }) => ({ type, data: data as unknown, trace })),
          );
          return [];
        },
      });
    });
    expect(warnings).toEqual([
      {
        type: '@cdktf/warn',
        data: 'never at prod-platform/SecretVault/Resource: name is kv-oea-contoso. Nothing has a name.',
        trace: undefined,
      },
    ]);
  });

  test('lets a finding pass that the environment excepts', () => {
    expect(Object.keys(build({ exceptions: [exception] }, [never]))).toEqual(['prod-platform']);
  });

  test('stops for an address past its last day (NET1), whatever is excepted', () => {
    const network = { addresses: [{ address: '203.0.113.7', owner: 'Ada', reason: 'r', expires: '2026-01-30' }] };
    const exceptions = [{ ...exception, rule: 'exception-expiry', at: 'prod-platform' }];
    expect(refusal(() => build({ network, exceptions }))).toBe(
      'POLICY_VIOLATED: The policy refuses this stack: 1 finding.\n' +
        '  exception-expiry at prod-platform: address 203.0.113.7 of Ada expired on 2026-01-30. Addresses and exceptions ' +
        'hold for 366 days at most, and not after their last day: somebody looks again.\n' +
        next,
    );
  });
});

describe('judge', () => {
  test('finds exceptions of this stack that except nothing, and leaves those of other stacks to them', () => {
    const environment = resolveEnvironment(
      { ...full, exceptions: [exception, { ...exception, at: 'prod-insights/X' }] },
      'prod.json',
    );
    expect(judge({ environment, stack: 'prod-platform', resources: [], today })).toEqual([
      {
        rule: 'exception-expiry',
        at: 'prod-platform/SecretVault/Resource',
        found: 'nothing breaks "never" here',
        demand: 'An exception that excepts nothing hides the next finding: take it out.',
      },
    ]);
  });

  test('hands all that it finds to a report, and then refuses nothing; the report says whether it would have', async () => {
    const file = join(await newFolder(), 'policy.json');
    const report = new PolicyReport(file);
    const environment = resolveEnvironment(full, 'prod.json');
    const advice = { ...never, id: 'soon', check: () => [], advise: never.check };
    synthesise((app) => {
      const stack = new PlatformStack(app, 'prod-platform', { environment });
      Aspects.of(stack).add(new PolicyAspect({ environment, today, rules: [never, advice], report }));
    });
    const finding = { at: 'prod-platform/SecretVault/Resource', found: 'name is kv-oea-contoso', demand: never.demand };
    expect([report.write(), JSON.parse(readFileSync(file, 'utf8'))]).toEqual([
      true,
      [
        {
          stack: 'prod-platform',
          violations: [{ rule: 'never', ...finding }],
          advice: [{ rule: 'soon', ...finding }],
        },
      ],
    ]);
    expect(new PolicyReport(file).write()).toBe(false);
  });
});

import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { DirectAzure } from './direct-azure';
import { dataPlaneRefusals } from './refusals/data-planes';
import { managementRefusals } from './refusals/management';
import { shareAndMonitorRefusals } from './refusals/share-and-monitor';
import { synapseRefusals } from './refusals/synapse';

/** Each rule is broken once, in an environment where all others are kept, and is refused in the words of its service. */
const groups = [...managementRefusals, ...dataPlaneRefusals, ...synapseRefusals, ...shareAndMonitorRefusals];

describe.each(groups.map(({ rule, refusals }) => [rule, refusals] as const))('%s', (_, refusals) => {
  test.each(refusals.map(({ what, ...refusal }) => [what, refusal] as const))('%s', async (__, { breaks, answer }) => {
    const azure = new DirectAzure();
    await azure.provision();
    const { status, body } = await breaks(azure);
    expect({ status, body }).toEqual(answer);
  });
});

test('the documentation lists these rules, and how many ways of breaking each are tried', () => {
  const documentation = readFileSync(path.join(__dirname, '..', '..', 'docs', 'local-azure.md'), 'utf8');
  const rows = documentation.split('\n').flatMap((line) => {
    const [, rule, count] = /^\| (.+?) +\| +(\d+) \|$/.exec(line) ?? [];
    return rule === undefined ? [] : [[rule, Number(count)]];
  });
  expect(rows).toEqual(groups.map(({ rule, refusals }) => [rule, refusals.length]));
});

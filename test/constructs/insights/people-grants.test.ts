import { grantPeople } from '../../../constructs/insights/people-grants';
import { ExistingDataLake } from '../../../constructs/storage/existing-data-lake';
import { peopleRoles, type PeopleSettings } from '../../../src/contract/environment-settings';
import { synthesiseBlocks } from '../synthesised';

/** A group per role, named as the role. */
const people = Object.fromEntries(
  peopleRoles.map((displayName) => [displayName, [{ objectId: `id-of-${displayName}`, displayName }]]),
) as unknown as PeopleSettings;

/** `role container folder, folder`, sorted: all that people get. */
function rights(production: boolean, testData: 'none' | 'k12' = 'none'): string[] {
  const blocks = synthesiseBlocks((stack) => {
    const place = { subscriptionId: 's', resourceGroupName: 'rg' };
    const lake = new ExistingDataLake(stack, 'DataLake', { accountName: 'st', place, dataVersion: '1.14' });
    grantPeople(lake, { people, production, testData });
  });
  const lines = Object.values(blocks).map(({ body }) => {
    const folders = [...String(body['condition']).matchAll(/:path\] StringEquals '([^'/][^']*)'/g)].map(
      ([, name]) => name,
    );
    const container = String(body['scope']).split('/').at(-1);
    const role = String(body['role_definition_name']).split(' ').at(-1);
    return `${String(body['principal_id'])} ${role} ${container} ${folders.join(', ')}`;
  });
  return lines.sort();
}

const everywhere = [
  'id-of-analysts Reader stage2 Refined/M365/v1.14/general',
  'id-of-dataEngineers Reader oea reports',
  'id-of-dataScientists Reader stage2 Refined/M365/v1.14/general',
  'id-of-externalDataScientists Reader stage2 Refined/M365/v1.14/general',
  'id-of-privacyOfficers Reader oea reports',
  'id-of-privacyOfficers Reader stage2 Refined/M365/v1.14/general, Refined/M365/v1.14/sensitive',
  'id-of-uploaders Contributor oea pre_landing/data_shares',
];

describe('grantPeople', () => {
  test('PRIV6: in production officers alone read names, nobody delivered or raw data, and uploaders alone write', () => {
    expect(rights(true)).toEqual(everywhere);
  });

  test('outside production engineers have the workbenches too', () => {
    expect(rights(false)).toEqual([...everywhere, 'id-of-dataEngineers Contributor oea dev, sandboxes'].sort());
  });

  test('where test data is loaded, deployers place it and verify what becomes of it', () => {
    expect(rights(false, 'k12')).toEqual(
      [
        ...everywhere,
        'id-of-dataEngineers Contributor oea dev, sandboxes',
        'id-of-deployers Contributor oea pre_landing/test_data',
        'id-of-deployers Reader oea dev',
      ].sort(),
    );
  });
});

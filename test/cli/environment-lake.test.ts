import { namedLake } from '../../src/cli/environment-lake';
import type { AzureClients } from '../../src/operations/azure-clients';
import { captured } from './captured';

/** What verification is given of a secret that the vault has with this value, and what it is told. */
async function secretWith(value: string): Promise<readonly unknown[]> {
  const client = { vaultUrl: 'https://kv.vault.azure.net', getSecret: () => Promise.resolve({ value }) };
  const azure = { secrets: () => client } as unknown as AzureClients;
  const told: string[] = [];
  const { readSecret } = namedLake({ env: 'dev' }, { ...captured(), azure });
  return [await readSecret?.('oeaErasureKey-dev', (text) => told.push(text)), told];
}

test('a secret of the vault is read, and an empty one is none, whichever it is', async () => {
  expect(await secretWith(' a key of the tests\n')).toEqual(['a key of the tests', []]);
  expect(await secretWith(' \n')).toEqual([undefined, ['The secret oeaErasureKey-dev was not read: it is empty.']]);
});

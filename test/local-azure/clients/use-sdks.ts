import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { SecretClient } from '@azure/keyvault-secrets';
import { BlobStore } from '../../../src/lake/blob-store';
import { credential, provision } from './provision';

/** What an action throws, as status and code. */
async function refusal(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return 'nothing';
  } catch (error) {
    const { statusCode, code, details } = error as {
      statusCode?: number;
      code?: string;
      details?: { errorCode?: string };
    };
    return `${statusCode} ${code ?? details?.errorCode}`;
  }
}

async function namesOf(
  names: AsyncIterable<{ name: string; metadata?: Record<string, string> | undefined }>,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, metadata } of names)
    found.push(metadata?.['hdi_isfolder'] === undefined ? name : `${name}/`);
  return found;
}

/** Uses Azure through the official clients, as the environment says, and prints what it saw. */
async function main(): Promise<void> {
  await provision();
  const retryOptions = { maxTries: 4, retryDelayInMs: 1, maxRetryDelayInMs: 2 };
  const service = new BlobServiceClient('https://stoeatest.blob.core.windows.net', credential(), { retryOptions });
  const oea = service.getContainerClient('oea');
  const large = Buffer.alloc(9 * 2 ** 20, 'x');
  await oea.getBlockBlobClient('a/b/small.csv').uploadData(Buffer.from('hello'));
  await oea
    .getBlockBlobClient('a/large file é.bin')
    .uploadData(large, { blockSize: 4 * 2 ** 20, maxSingleShotSize: 2 ** 20 });
  const seen: Record<string, unknown> = {};
  seen['small'] = (await oea.getBlobClient('a/b/small.csv').downloadToBuffer()).toString();
  seen['large'] = (await oea.getBlobClient('a/large file é.bin').downloadToBuffer()).equals(large);
  seen['part'] = (await oea.getBlobClient('a/b/small.csv').downloadToBuffer(1, 3)).toString();
  seen['listed'] = await namesOf(oea.listBlobsFlat({ includeMetadata: true }));
  seen['fullFolder'] = await refusal(() => oea.getBlobClient('a/b').delete());
  seen['overFolder'] = await refusal(() => oea.getBlockBlobClient('a').upload('x', 1));
  seen['ifNoneMatch'] = await refusal(() =>
    oea.getBlockBlobClient('a/b/small.csv').upload('x', 1, { conditions: { ifNoneMatch: '*' } }),
  );
  seen['absent'] = await refusal(() => oea.getBlobClient('none').downloadToBuffer());
  const store = new BlobStore(service);
  await store.remove(['oea/a/b/small.csv', 'oea/a/large file é.bin']);
  seen['left'] = await namesOf(oea.listBlobsFlat({ includeMetadata: true }));
  await store.close();
  const key = new StorageSharedKeyCredential('stoeatest', Buffer.from('key').toString('base64'));
  const withKey = new BlobServiceClient('https://stoeatest.blob.core.windows.net', key, { retryOptions });
  seen['sharedKey'] = await refusal(() => withKey.getContainerClient('oea').getBlobClient('a').getProperties());
  const nobody = new BlobServiceClient('https://stoeatest.blob.core.windows.net', undefined, { retryOptions });
  seen['nobody'] = await refusal(() => nobody.getContainerClient('oea').getBlobClient('a').getProperties());

  const secrets = new SecretClient('https://kv-oea-test.vault.azure.net', credential());
  await secrets.setSecret('oeaSalt', 'pepper');
  seen['secret'] = (await secrets.getSecret('oeaSalt')).value;
  const deletion = await secrets.beginDeleteSecret('oeaSalt', { intervalInMs: 1 });
  await deletion.pollUntilDone();
  seen['deleted'] = await refusal(() => secrets.getSecret('oeaSalt'));
  const recovery = await secrets.beginRecoverDeletedSecret('oeaSalt', { intervalInMs: 1 });
  await recovery.pollUntilDone();
  seen['recovered'] = (await secrets.getSecret('oeaSalt')).value;
  process.stdout.write(JSON.stringify(seen));
}

void main();

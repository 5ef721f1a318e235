import { signedInObjectId } from '../../src/operations/signed-in';
import { thrownBy } from '../support/thrown';

const scope = 'https://dev.azuresynapse.net/.default';
const claims = (value: unknown) => `x.${Buffer.from(JSON.stringify(value)).toString('base64url')}.x`;

test.each([
  ['a token of somebody', claims({ oid: 'somebody', name: 'Jörg' }), 'somebody'],
  ['a token without an object id', claims({ sub: 'x' }), undefined],
  ['an object id that is no text', claims({ oid: 1 }), undefined],
  ['a token that is no JSON web token', 'opaque', undefined],
])('who is signed in, by %s', async (_name, token, expected) => {
  const asked: (string | string[])[] = [];
  const getToken = async (scopes: string | string[]) => {
    asked.push(scopes);
    return { token, expiresOnTimestamp: 0 };
  };
  expect(await signedInObjectId({ credential: { getToken } }, scope)).toBe(expected);
  expect(asked).toEqual([scope]);
});

test('without a token nobody is', async () => {
  expect(await signedInObjectId({ credential: { getToken: async () => null } }, scope)).toBeUndefined();
});

test('where no credential can sign in, that is what is said', async () => {
  const getToken = () => Promise.reject(Object.assign(new Error('secret'), { name: 'CredentialUnavailableError' }));
  expect(await thrownBy(() => signedInObjectId({ credential: { getToken } }, scope))).toEqual({
    code: 'AZURE_SIGN_IN',
    message: 'No credential could sign in for dev.azuresynapse.net.',
    place: {},
  });
});

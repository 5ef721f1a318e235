import { whoIsSignedIn } from '../../src/operations/signed-in';
import { thrownBy } from '../support/thrown';

const scope = 'https://dev.azuresynapse.net/.default';
const claims = (value: unknown) => `x.${Buffer.from(JSON.stringify(value)).toString('base64url')}.x`;

test.each([
  [
    'a token of a person',
    claims({ oid: 'somebody', scp: 'user_impersonation', name: 'Jörg' }),
    { objectId: 'somebody', type: 'User' },
  ],
  [
    'a token of a program or a managed identity',
    claims({ oid: 'program', appid: 'a' }),
    { objectId: 'program', type: 'ServicePrincipal' },
  ],
  ['a token without an object id', claims({ sub: 'x' }), undefined],
  ['an object id that is no text', claims({ oid: 1 }), undefined],
  ['a token that is no JSON web token', 'opaque', undefined],
])('who is signed in, by %s', async (_name, token, expected) => {
  const asked: (string | string[])[] = [];
  const getToken = async (scopes: string | string[]) => {
    asked.push(scopes);
    return { token, expiresOnTimestamp: 0 };
  };
  expect(await whoIsSignedIn({ credential: { getToken } }, scope)).toEqual(expected);
  expect(asked).toEqual([scope]);
});

test('without a token nobody is', async () => {
  expect(await whoIsSignedIn({ credential: { getToken: async () => null } }, scope)).toBeUndefined();
});

test('where no credential can sign in, that is what is said', async () => {
  const getToken = () => Promise.reject(Object.assign(new Error('secret'), { name: 'CredentialUnavailableError' }));
  expect(await thrownBy(() => whoIsSignedIn({ credential: { getToken } }, scope))).toEqual({
    code: 'AZURE_SIGN_IN',
    message: 'No credential could sign in for dev.azuresynapse.net.',
    place: {},
  });
});

import { saltFingerprint, saltFromText, saltName, saltWarning } from '../../src/contract/salt';
import { createHmac } from 'node:crypto';

test('the salt is the text of its file, trimmed', () => {
  expect(saltFromText('  0123456789abcdef \n', 'salt')).toBe('0123456789abcdef');
});

test('an empty salt file is refused and named, without its text', () => {
  let thrown: unknown;
  try {
    saltFromText(' \n\t', 'my/salt');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({
    code: 'SALT_MISSING',
    message: 'The salt file is empty.',
    place: { file: 'my/salt' },
  });
});

test('a short salt is accepted with a warning, a good one without', () => {
  expect(saltWarning('short')).toEqual({
    severity: 'warning',
    code: 'SALT_SHORT',
    message: 'The salt has fewer than 16 characters: pseudonyms could be undone by trying salts.',
  });
  expect(saltWarning('0123456789abcdef')).toBeUndefined();
});

test('the fingerprint is an HMAC of a constant, cut to 16 digits, and differs for each salt', () => {
  const whole = createHmac('sha256', 'a salt').update('education-insights salt fingerprint').digest('hex');
  expect(saltFingerprint('a salt')).toBe(whole.slice(0, 16));
  expect(saltFingerprint('another salt')).not.toBe(saltFingerprint('a salt'));
});

test.each([
  ['prod', 'strict', 'oeaSalt'],
  ['dev', 'strict', 'oeaSalt-dev'],
  ['sandbox1', 'strict', 'oeaSalt-sandbox1'],
  ['dev', 'v0.2', 'oeaSalt'],
])('PRIV4: workspace %s in profile %s has the salt %s', (workspace, profile, name) => {
  expect(saltName(workspace, profile)).toBe(name);
});

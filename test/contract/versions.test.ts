import fc from 'fast-check';
import {
  defaultDataVersion,
  oeaVersion,
  parseDataVersion,
  parseWorkspaceName,
  sparkRuntimeVersion,
  upstreamDataVersion,
  workspaceKind,
} from '../../src/contract/versions';
import { refusal } from '../support/refusal';
import { anyText } from '../support/any-text';

describe('versions that we stand for', () => {
  test('are these', () => {
    expect({ defaultDataVersion, upstreamDataVersion, sparkRuntimeVersion, oeaVersion }).toEqual({
      defaultDataVersion: '1.14',
      upstreamDataVersion: '1.4.0',
      sparkRuntimeVersion: '3.5',
      oeaVersion: '0.8',
    });
  });
});

describe('parseDataVersion', () => {
  test.each([defaultDataVersion, upstreamDataVersion, '0.2', '10.0.12'])('accepts %s unchanged', (version) => {
    expect(parseDataVersion(version)).toBe(version);
  });

  test.each(['', '1', 'v1.14', '1.14 ', '1.04', '1.14.', '1.2.3.4', '1.x', '../1.14', '1.14\n'])(
    'refuses %j',
    (text) => {
      expect(refusal(() => parseDataVersion(text))).toBe(
        `DATA_VERSION_INVALID: ${JSON.stringify(text)} is not a data version.\n` +
          "  next:  Write it like 1.14 (or upstream's 1.4.0), without a leading v.",
      );
    },
  );
});

describe('parseWorkspaceName', () => {
  test.each([
    ['prod', 'prod'],
    ['dev', 'dev'],
    ['ada', 'sandbox'],
    ['Class_of-2025', 'sandbox'],
    ['production', 'sandbox'],
    ['a'.repeat(30), 'sandbox'],
  ])('accepts %s, a %s workspace', (name, kind) => {
    expect([parseWorkspaceName(name), workspaceKind(name)]).toEqual([name, kind]);
  });

  test.each(['', 'a'.repeat(31), 'a b', 'a/b', '..', 'é', 'prod\n'])('refuses %j', (name) => {
    expect(refusal(() => parseWorkspaceName(name))).toBe(
      `WORKSPACE_NAME_INVALID: ${JSON.stringify(name)} is not a workspace name.\n` +
        '  next:  Use prod, dev, or 1 to 30 letters, digits, - and _ for a sandbox.',
    );
  });

  test.each([
    ['PROD', 'prod'],
    ['Dev', 'dev'],
  ])('refuses %s, which would silently be a sandbox with another salt (PRIV4)', (name, meant) => {
    expect(refusal(() => parseWorkspaceName(name))).toBe(
      `WORKSPACE_NAME_INVALID: Workspace "${name}" differs from "${meant}" in case only.\n` +
        `  next:  Write "${meant}", or choose a name that nobody takes for it.`,
    );
  });

  test('lets nothing through that leaves its folder', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        let name;
        try {
          name = parseWorkspaceName(text);
        } catch {
          return;
        }
        expect(name).toMatch(/^[\w-]{1,30}$/);
      }),
    );
    expect(parseWorkspaceName('a')).toBe('a');
  });
});

import type { JsonValue } from '../../model';
import { isObject, visitObjects } from '../../walk-json';
import type { RuleFinding } from '../finding';
import { below, entriesAt, memberAt, textAt, visitTexts } from '../json';
import type { ArtifactRule } from '../rule';
import { propertiesPointer, type Subject } from '../subject';

/** Members that hold a secret, unless they refer to one in Key Vault. */
const secretMembers =
  /^(password|accountKey|sasToken|sasUri|servicePrincipalKey|servicePrincipalCredential|clientSecret|apiKey|accessKey|accessToken|functionKey|connectionSecret|encryptedCredential)$/i;

/** Parameters whose default would be one; `…Name` is the name of a secret. */
const secretParameters = /(password|secret|token|accountKey|apiKey|accessKey|sasKey)$/i;

/** Forms that a secret has wherever it stands. */
const secretTexts: readonly RegExp[] = [
  /(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature|sharedsecret)\s*=\s*[^;\s]/i,
  /[?&]sig=/i,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

const mend = 'Sign in as the workspace, or refer to a secret in Key Vault (AzureKeyVaultSecret).';

/** Finds by name and by form; quotes nothing of what it finds. */
export const secretRule: ArtifactRule = {
  id: 'secret',
  demand:
    'No artifact holds a secret (PRIV3): linked services sign in as the workspace, or name a secret in Key Vault.',
  check: (subject) => [...membersOf(subject), ...defaultsOf(subject), ...textsOf(subject), ...answersOf(subject)],
};

function membersOf({ artifact: { kind, properties } }: Subject): readonly RuleFinding[] {
  if (kind === 'notebooks') return [];
  const findings: RuleFinding[] = [];
  visitObjects(
    properties,
    (object, pointer) => {
      if (pointer === below(propertiesPointer, 'parameters')) return;
      for (const [name, value] of Object.entries(object)) {
        if (!secretMembers.test(name) || !isSecret(value)) continue;
        findings.push({ pointer: below(pointer, name), problem: `The member ${name} holds a secret.`, mend });
      }
    },
    propertiesPointer,
  );
  return findings;
}

function isSecret(value: JsonValue): boolean {
  if (isObject(value)) return textAt(value, 'type') === 'SecureString';
  return typeof value === 'string' && value !== '';
}

function defaultsOf({ artifact: { properties } }: Subject): readonly RuleFinding[] {
  return entriesAt(properties, 'parameters').flatMap(([name, declaration]) => {
    const given = memberAt(declaration, 'defaultValue');
    const isNamedSo = secretParameters.test(name) || textAt(declaration, 'type')?.toLowerCase() === 'securestring';
    if (!isNamedSo || given === undefined || given === '') return [];
    const pointer = below(propertiesPointer, 'parameters', name, 'defaultValue');
    return [{ pointer, problem: `The default of "${name}" is a secret.`, mend }];
  });
}

function textsOf({ artifact }: Subject): readonly RuleFinding[] {
  const findings: RuleFinding[] = [];
  visitTexts(artifact.properties, propertiesPointer, (text, pointer) => {
    if (secretTexts.some((pattern) => pattern.test(text))) {
      findings.push({ pointer, problem: 'The text holds a secret.', mend });
    }
  });
  return findings;
}

/** What a call of the vault answers is shown with the run, for everybody who may look at runs. */
function answersOf({ activities }: Subject): readonly RuleFinding[] {
  return activities
    .filter(({ type, json }) => type === 'WebActivity' && memberAt(json, 'policy', 'secureOutput') !== true)
    .filter(({ json }) => /vault\.azure\.net/i.test(JSON.stringify(memberAt(json, 'typeProperties') ?? '')))
    .map(({ name, pointer }) => ({
      pointer,
      problem: `Every run shows the secret that "${name}" reads.`,
      mend: 'Set secureOutput of its policy to true.',
    }));
}

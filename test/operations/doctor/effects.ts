import type { AzureAnswer, DoctorEffects } from '../../../src/operations/doctor/effects';

/** A machine on which all is well, with nobody signed in to Azure; `changes` spoils it. */
export function goodMachine(changes: Partial<DoctorEffects> = {}): DoctorEffects {
  return {
    variables: {
      HOME: '/home-of-somebody',
      ARM_SUBSCRIPTION_ID: 'subscription-value',
      ARM_TENANT_ID: 'tenant-value',
      ARM_CLIENT_ID: 'client-value',
      ARM_CLIENT_SECRET: 'secret-value',
    },
    nodeVersion: 'v20.20.0',
    platform: 'linux_amd64',
    run: (program) => (program === 'terraform' ? terraformVersion('1.11.4') : undefined),
    hasPackage: () => true,
    readText: () => undefined,
    exists: () => false,
    reach: async () => true,
    askAzure: async () => undefined,
    signedIn: async () => undefined,
    ...changes,
  };
}

export const terraformVersion = (version: string) => ({
  status: 0,
  stdout: JSON.stringify({ terraform_version: version }),
});

/** Answers by what the path ends with, before its query; 404 for anything else. */
export function azureWith(answers: Readonly<Record<string, AzureAnswer>>): DoctorEffects['askAzure'] {
  return async (path) => {
    const place = path.split('?')[0] ?? '';
    const key = Object.keys(answers).find((ending) => place.endsWith(ending));
    return key === undefined ? { status: 404, body: {} } : answers[key];
  };
}

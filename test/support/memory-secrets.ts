import type { SecretKeeper } from '../../src/contract/secret-keeper';

/** Secrets that a test can look at. */
export class MemorySecrets implements SecretKeeper {
  readonly description = 'https://kv-oea-test.vault.azure.net';
  readonly values: Map<string, string>;

  constructor(values: Readonly<Record<string, string>> = {}) {
    this.values = new Map(Object.entries(values));
  }

  async read(name: string): Promise<string | undefined> {
    return this.values.get(name);
  }

  async create(name: string, value: string): Promise<boolean> {
    if (this.values.has(name)) return false;
    this.values.set(name, value);
    return true;
  }

  async replace(name: string, value: string): Promise<void> {
    this.values.set(name, value);
  }

  async remove(name: string): Promise<void> {
    this.values.delete(name);
  }
}

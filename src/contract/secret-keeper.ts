/**
 * Where the secrets of a workspace lie: files beside each other, or a vault. Values go from here to the engine or into an
 * encrypted backup, and nowhere else: never into a report, an error or a command line.
 */
export interface SecretKeeper {
  /** For people: a folder or the URL of a vault. */
  readonly description: string;
  /** The value, trimmed; undefined when there is no secret of this name. */
  read(name: string): Promise<string | undefined>;
  /** Writes a secret that is not there yet; false, and nothing written, when it is there. */
  create(name: string, value: string): Promise<boolean>;
  /** Writes a secret, in place of the one that is there. */
  replace(name: string, value: string): Promise<void>;
  /** Takes a secret away; a missing one is not an error. */
  remove(name: string): Promise<void>;
}

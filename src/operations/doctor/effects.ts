import type { SignedIn } from '../signed-in';

/** What a program printed; undefined where it could not be started. */
export interface ProgramAnswer {
  readonly status: number | null;
  readonly stdout: string;
}

/** One answer of Azure's resource manager. */
export interface AzureAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What the checks ask the world; given, so that tests can stand in. */
export interface DoctorEffects {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** `v20.20.0`. */
  readonly nodeVersion: string;
  /** `linux_amd64`, as Terraform names folders of a mirror. */
  readonly platform: string;
  /** Runs a program without a shell. */
  readonly run: (program: string, ...words: readonly string[]) => ProgramAnswer | undefined;
  /** Whether a package of the project can be loaded. */
  readonly hasPackage: (name: string) => boolean;
  /** Text of a file; undefined where there is none. */
  readonly readText: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
  /** Whether a web address answers at all. */
  readonly reach: (url: string) => Promise<boolean>;
  /** Asks the resource manager, `path` from `/subscriptions` on; undefined where nobody is signed in or nothing answers. */
  readonly askAzure: (path: string) => Promise<AzureAnswer | undefined>;
  /** The identity that is signed in; undefined where nobody is. */
  readonly signedIn: () => Promise<SignedIn | undefined>;
}

import os from 'node:os';
import { version as duckdbVersion } from '@duckdb/node-api';

/** What a figure depends on. Nothing that tells which machine it was: no host name, no user, no path. */
export interface MachineFacts {
  readonly platform: string;
  readonly architecture: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryMegabytes: number;
  readonly node: string;
  readonly duckdb: string;
}

/** Load averages of the last 1, 5 and 15 minutes; zeros on Windows, which has none. */
export type Load = readonly [one: number, five: number, fifteen: number];

export function machineFacts(): MachineFacts {
  return {
    platform: process.platform,
    architecture: process.arch,
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryMegabytes: Math.round(os.totalmem() / 1e6),
    node: process.version,
    duckdb: duckdbVersion(),
  };
}

export function currentLoad(): Load {
  const [one = 0, five = 0, fifteen = 0] = os.loadavg().map((load) => Number(load.toFixed(2)));
  return [one, five, fifteen];
}

import { runInNewContext } from 'node:vm';
import { unpacked } from '../../src/dashboard/packed';

/** What a data file of the dashboard hands to the page: the script is run as the page runs it. */
export function receivedFrom<Content>(script: string): Content {
  let received: unknown;
  const receiveInsights = (_name: string, content: unknown): void => {
    received = content;
  };
  runInNewContext(script, { receiveInsights, JSON });
  return unpacked(received) as Content;
}

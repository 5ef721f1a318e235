import { createHash } from 'node:crypto';

/** The project's own namespace, so that its GUIDs meet nobody else's. */
const namespace = Buffer.from('5f0a4c1b9d3e4e6f8a27c6d1b0e3f594', 'hex');

/**
 * A GUID that depends on `name` alone (RFC 9562, version 5): what Azure wants a GUID for keeps its name when it is made
 * again, and two of the same cannot be made.
 */
export function nameGuid(name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

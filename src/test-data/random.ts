/**
 * Repeatable randomness (sfc32). Only 32-bit integer operations and exact products below 2^53 are used, so a seed gives
 * the same bytes on every machine. A stream is named by keys: each table draws from a stream of its own, so a new table
 * leaves the others as they are.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  /** The stream of these keys; equal keys give equal streams. */
  constructor(...keys: readonly (string | number)[]) {
    const text = keys.join('\u001f');
    this.a = mix(text, 0x9e3779b9);
    this.b = mix(text, 0x85ebca6b);
    this.c = mix(text, 0xc2b2ae35);
    for (let round = 0; round < 12; round += 1) this.word();
  }

  /** 32 random bits as a number from 0. */
  word(): number {
    const sum = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 to `limit` - 1; `limit` is below 2^21, so that the product is exact. */
  below(limit: number): number {
    return Math.floor((this.word() * limit) / 0x100000000);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True in `share` of 1,000 cases. */
  permille(share: number): boolean {
    return this.below(1000) < share;
  }

  /** One of the values, which must not be empty. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** A version 4 GUID in lower case with dashes. */
  guid(): string {
    return guidOf(this.word(), this.word(), this.word(), this.word());
  }

  /** A GUID as directories of the older kind write it: upper case with dashes. */
  upperGuid(): string {
    return this.guid().toUpperCase();
  }
}

/** The GUID that belongs to these numbers: the same for everyone who asks, without keeping a list (meetings, assignments). */
export function derivedGuid(first: number, second: number, third: number, fourth: number): string {
  const a = stir(first ^ 0x243f6a88);
  const b = stir(second ^ a);
  const c = stir(third ^ b);
  const d = stir(fourth ^ c);
  return guidOf(stir(a ^ d), stir(b ^ d), stir(c ^ a), d);
}

/** Values by integer weights, expanded once so that a draw costs one look-up. */
export class Weighted<T> {
  private readonly slots: readonly T[];

  constructor(weights: readonly (readonly [value: T, weight: number])[]) {
    this.slots = weights.flatMap(([value, weight]) => Array.from({ length: weight }, () => value));
  }

  draw(random: Random): T {
    return random.pick(this.slots);
  }
}

/** A 32-bit finaliser (the constants of MurmurHash3): each input bit reaches every output bit. */
export function stir(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mix(text: string, start: number): number {
  let hash = start | 0;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return stir(hash ^ text.length);
}

/** Two hexadecimal digits of each byte, as the two bytes of their text. */
const hexPairs = Uint16Array.from({ length: 256 }, (_, byte) => {
  const text = byte.toString(16).padStart(2, '0');
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8);
});
/** Text of the GUID at hand: one flat string is made of it, which is twice as fast as joining eight. */
const guidText = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1');

function guidOf(a: number, b: number, c: number, d: number): string {
  putHex(0, a, 4);
  putHex(9, b >>> 16, 2);
  putHex(14, 0x4000 | (b & 0x0fff), 2);
  putHex(19, 0x8000 | ((c >>> 16) & 0x3fff), 2);
  putHex(24, c & 0xffff, 2);
  putHex(28, d, 4);
  return guidText.toString('latin1');
}

function putHex(start: number, value: number, bytes: number): void {
  for (let index = 0; index < bytes; index += 1) {
    const pair = hexPairs[(value >>> (8 * (bytes - 1 - index))) & 0xff]!;
    guidText[start + 2 * index] = pair & 0xff;
    guidText[start + 2 * index + 1] = pair >>> 8;
  }
}

import fc from 'fast-check';

/** ASCII often, then the planes up to the surrogates, then what lies above them. */
const codePoint = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.integer({ min: 0, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
);

/** Any text without halves of surrogate pairs. fast-check's own unit `binary` means the same and takes seconds to set up. */
export function anyText(constraints: fc.ArrayConstraints = {}): fc.Arbitrary<string> {
  return fc.array(codePoint, constraints).map((points) => String.fromCodePoint(...points));
}

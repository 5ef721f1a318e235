/**
 * Who answers for a file, by a CODEOWNERS file: the last line whose pattern fits counts, as GitHub has it. Patterns are
 * those of .gitignore without `!` and `[ ]`: a leading slash ties to the root, a trailing one means all below a folder.
 * @param path relative to the project, with slashes.
 */
export function ownersOf(codeOwners: string, path: string): readonly string[] {
  let owners: readonly string[] = [];
  for (const line of codeOwners.split(/\r?\n/)) {
    const [pattern, ...named] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (pattern !== undefined && pattern !== '' && fits(pattern, path)) owners = named;
  }
  return owners;
}

function fits(pattern: string, path: string): boolean {
  const isRooted = pattern.replace(/\/$/, '').includes('/');
  const body = pattern
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (wildcard) => {
      if (wildcard === '?') return '[^/]';
      if (wildcard === '*') return '[^/]*';
      return wildcard === '**/' ? '(?:.*/)?' : '.*';
    });
  return new RegExp(`^${isRooted ? '' : '(?:.*/)?'}${body}(?:/.*)?$`).test(path);
}

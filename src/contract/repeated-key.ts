interface Level {
  readonly keys: Set<string>;
  key: string;
}

/**
 * The first key that an object of a JSON text has twice, as a path: JSON takes the last one, in silence, and what somebody wrote
 * into the first, such as a restriction, would count for nothing.
 * @param json a text that parses
 */
export function repeatedKey(json: string): string | undefined {
  const levels: Level[] = [];
  for (const [token, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') levels.push({ keys: new Set(), key: '' });
    else if (token === '}' || token === ']') levels.pop();
    else if (colon !== undefined && level !== undefined) {
      level.key = JSON.parse(token.slice(0, -colon.length)) as string;
      if (level.keys.has(level.key))
        return `/${levels
          .map(({ key }) => key)
          .filter((key) => key !== '')
          .join('/')}`;
      level.keys.add(level.key);
    }
  }
  return undefined;
}

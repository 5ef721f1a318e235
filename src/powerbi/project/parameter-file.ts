/** Where a deployed environment's data is, as the parameters of the model name it. */
export interface DeployedData {
  readonly server: string;
  readonly database: string;
  readonly runsFolder: string;
}

/**
 * `parameter.yml` of fabric-cicd: at deployment the parameters of the models become those of the environment that is
 * deployed to. Older versions fail where a value is not found: so only projects that have them are named.
 * @param environments by name
 * @param folders of DirectQuery projects
 */
export function parameterFile(environments: ReadonlyMap<string, DeployedData>, folders: readonly string[]): string {
  const parameters: readonly (readonly [string, keyof DeployedData])[] = [
    ['Server', 'server'],
    ['Database', 'database'],
    ['RunsFolder', 'runsFolder'],
  ];
  const replacements = parameters.flatMap(([parameter, member]) => [
    `  - find_value: ${quoteYaml(`expression ${parameter} = "([^"]+)"`)}`,
    '    is_regex: "true"',
    '    item_type: "SemanticModel"',
    '    file_path:',
    ...folders.map((folder) => `      - ${quoteYaml(`**/${folder}/**/expressions.tmdl`)}`),
    '    replace_value:',
    ...[...environments].map(([name, data]) => `      ${quoteYaml(name)}: ${quoteYaml(data[member])}`),
  ]);
  const head = [
    '# For fabric-cicd: the environment is the one that a deployment names. Written by `insights powerbi`.',
    'find_replace:',
  ];
  return `${[...head, ...replacements].join('\n')}\n`;
}

function quoteYaml(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

import boundaries from 'eslint-plugin-boundaries';
import typescript from 'typescript-eslint';

/** The only files that import these packages; everything else imports from the file (ADR 1). */
const seams = {
  'constructs/core/cdktf.ts': '^cdktf(/|$)',
  'constructs/core/azurerm.ts': '^@cdktf/provider-azurerm(/|$)',
};

/**
 * Layers of src, lowest first: a folder may import folders of lower layers, never of its own or a higher one
 * (design.md §3).
 */
const layers = [
  ['contract'],
  ['catalogue'],
  ['artifacts'],
  ['lake'],
  ['engine', 'powerbi'],
  ['operations', 'verify', 'privacy'],
  ['pipelines'],
  ['dashboard', 'local-azure', 'test-data', 'deployment'],
  ['local-spark'],
  ['rehearsal', 'review'],
  ['cli'],
];

/** Each file below a folder of the project's root, and of no other folder of that name. */
const files = (type, folder) => ({ type, pattern: `${folder}/**`, partialMatch: false });

/** Rules over what files may import, beside packages and Node's own modules, of which they do not speak. */
const dependencies = (...allowed) => ({
  'boundaries/dependencies': [
    'error',
    {
      default: 'disallow',
      policies: [
        { allow: { to: { module: { origin: ['external', 'core'] } } } },
        ...allowed.map((allow) => ({ allow })),
      ],
    },
  ],
});

const to = (folders, extra = {}) => ({ to: { element: { type: folders } }, ...extra });

/** Each folder has rules of its own: for each import of a file, the plugin weighs all rules that the file has. */
const imports = (folder, ...allowed) => ({ files: [`${folder}/**/*.ts`], rules: dependencies(...allowed) });

const importsOfFolders = [
  ...layers.flatMap((folders, height) =>
    folders.map((folder) => imports(`src/${folder}`, to([folder, ...layers.slice(0, height).flat()]))),
  ),
  imports(
    'constructs',
    to(['constructs', 'contract', 'catalogue', 'artifacts']),
    to('operations', { dependency: { kind: 'type' } }),
  ),
  { files: ['main.ts'], rules: dependencies(to(['constructs', 'contract', 'catalogue', 'artifacts'])) },
  imports('bench', to(['bench', 'constructs', ...layers.flat()])),
  imports('test', to(['test', 'bench', 'constructs', ...layers.flat()]), { to: { file: { categories: 'main' } } }),
];

const restrictedSyntax = [
  {
    selector: 'CallExpression > MemberExpression[object.name=/^(test|it|describe)$/][property.name="only"]',
    message: 'A focused test hides all others.',
  },
  {
    selector: 'CallExpression > Identifier[name=/^(fit|fdescribe)$/]',
    message: 'A focused test hides all others.',
  },
  {
    selector: 'MemberExpression[object.name="console"][property.name="assert"]',
    message: 'console.assert only prints. Use expect in tests and InsightsError elsewhere.',
  },
];

const restrictedImports = (file) => ({
  paths: ['console', 'node:console'].map((name) => ({
    name,
    importNames: ['assert', 'default'],
    message: 'assert of console only prints.',
  })),
  patterns: Object.entries(seams)
    .filter(([seam]) => seam !== file)
    .map(([seam, regex]) => ({ regex, message: `Only ${seam} imports this package: import it from there.` })),
});

export default typescript.config(
  { ignores: ['node_modules/', 'cdktf.out/', '.insights/', 'coverage/', '**/.venv/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.json', '.js'] } },
      'boundaries/dependency-nodes': ['import', 'export', 'require', 'dynamic-import'],
      'boundaries/elements': [
        ...['constructs', 'bench', 'test'].map((folder) => files(folder, folder)),
        ...layers.flat().map((folder) => files(folder, `src/${folder}`)),
      ],
      'boundaries/files': [{ category: 'main', pattern: 'main.ts' }],
    },
    rules: {
      ...dependencies(),
      'boundaries/no-unknown-files': 'error',
      'no-restricted-imports': ['error', restrictedImports()],
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // The command loads heavy modules on first use; `import()` would need another module system than ours.
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An asynchronous interface may be fulfilled by something that has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...importsOfFolders,
  { files: ['src/**/*.ts', 'constructs/**/*.ts', 'main.ts'], rules: { 'max-lines': ['error', { max: 300 }] } },
  { files: ['test/**/*.ts', 'bench/**/*.ts'], rules: { 'max-lines': ['error', { max: 400 }] } },
  {
    files: ['constructs/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...restrictedSyntax,
        {
          // `new Thing(this, id, …)`: an id that is computed moves the resource when its input changes.
          selector: 'NewExpression[arguments.0.type="ThisExpression"] > TemplateLiteral.arguments:nth-child(2)',
          message: 'A construct id is a literal or a plain name, not an expression.',
        },
        {
          selector:
            'NewExpression[arguments.0.type="ThisExpression"][arguments.1.type=/^(Binary|Call|Conditional)Expression$/]',
          message: 'A construct id is a literal or a plain name, not an expression.',
        },
      ],
    },
  },
  ...Object.keys(seams).map((seam) => ({
    files: [seam],
    rules: { 'no-restricted-imports': ['error', restrictedImports(seam)] },
  })),
  {
    files: ['test/**/*.ts'],
    rules: {
      // Matchers and mocks are typed with `any` by jest itself.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
);

import Ajv from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** Nothing else says it: none is judged when it is compiled. */
test('every schema of the project is a JSON schema', () => {
  const files = ['assets', 'environments', 'src'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.schema.json'))
      .map((name) => path.join(folder, name)),
  );
  const ajv = new Ajv();
  const problems = files.flatMap((file) => {
    const schema = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as object;
    return ajv.validateSchema(schema) === true ? [] : [file, ajv.errorsText()];
  });
  expect(problems).toEqual([]);
  expect(files).toHaveLength(15);
});

import { escapeTemplate } from '../../../constructs/core/template-text';

describe('text in Terraform JSON', () => {
  test.each([
    ['${x}', '$${x}'],
    ['%{if}', '%%{if}'],
    ['$${x} %%{y}', '$$${x} %%%{y}'],
    ['$ { % $$ f"{{x}}" \\ {$', '$ { % $$ f"{{x}}" \\ {$'],
  ])('%s is spelt %s', (text, escaped) => {
    expect(escapeTemplate(text)).toBe(escaped);
  });
});

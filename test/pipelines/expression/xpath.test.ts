import type { Value } from '../../../src/pipelines/expression/value';
import { evaluate } from './scope';

const produce =
  '<produce xmlns:x="urn:x"><item id="1"><name>Gala</name><count>20</count></item>' +
  '<item id="2" x:kind="citrus"><name>Navel</name><count>10</count></item><x:note>a  b </x:note></produce>';
const file = '<?xml version="1.0"?> <file xmlns="http://contoso.com"> <location>Paris</location> </file>';

function xpath(expression: string, xml = produce): Value {
  return evaluate(`@xpath(xml('${xml}'), '${expression}')`);
}

const element = (text: string): Value => ({
  '$content-type': 'application/xml;charset=utf-8',
  $content: Buffer.from(text).toString('base64'),
});

test.each<[string, Value]>([
  ['sum(/produce/item/count)', 30n],
  ['count(//item)', 2n],
  ['/produce/item/name/text()', ['Gala', 'Navel']],
  ['//name', [element('<name>Gala</name>'), element('<name>Navel</name>')]],
  ['//item[2]/name/text()', ['Navel']],
  ['//x:note', [element('<x:note xmlns:x="urn:x">a  b </x:note>')]],
  ['//item[2]', [element('<item xmlns:x="urn:x" id="2" x:kind="citrus"><name>Navel</name><count>10</count></item>')]],
  ['//item[last()]/@id', ['2']],
  ['//item[@id="1"]/count/text()', ['20']],
  ['//item[count > 15]/name/text()', ['Gala']],
  ['//item[not(count >= 15) and position() = 2]/name/text()', ['Navel']],
  ['//item[name="Gala" or name="Navel"]/@id', ['1', '2']],
  ['/*/*[local-name()="note"]/text()', ['a  b ']],
  ['string(//x:note)', 'a  b '],
  ['normalize-space(//x:*)', 'a b'],
  ['namespace-uri(//x:note)', 'urn:x'],
  ['//count/../name/text()', ['Gala', 'Navel']],
  ['//name[.="Navel"]/following-sibling::count/text()', ['10']],
  ['//count[preceding-sibling::name="Gala"]/text()', ['20']],
  ['//count/ancestor::produce/child::item/attribute::id', ['1', '2']],
  ['//item/self::node()/@id | //missing', ['1', '2']],
  ['(//name)[2]/text()', ['Navel']],
  ['2 + 3 * 4 - 10 div 4 - -1', 12.5],
  ['7 mod 4 = 3', true],
  ['"a" != "b"', true],
  ['//count = 10', true],
  ['//count < 5', false],
  ['boolean(//missing)', false],
  ['concat("a", 1, true())', 'a1true'],
  ['contains("Paris", "ari")', true],
  ['starts-with("Paris", "ari")', false],
  ['substring("12345", 2, 3)', '234'],
  ['substring("12345", 2)', '2345'],
  ['substring-before("1999/04", "/")', '1999'],
  ['substring-after("1999/04", "/")', '04'],
  ['translate("--aaa--", "abc-", "ABC")', 'AAA'],
  ['string-length("abc")', 3n],
  ['number("12.5")', 12.5],
  ['floor(2.6) + ceiling(2.2) + round(2.5)', 8n],
  ['name(/*)', 'produce'],
])('%s', (expression, expected) => {
  expect(xpath(expression)).toEqual(expected);
});

test('elements in a namespace are found by name() and by local-name() with namespace-uri()', () => {
  const found = [element('<location xmlns="http://contoso.com">Paris</location>')];
  expect(xpath('/*[name()="file"]/*[name()="location"]', file)).toEqual(found);
  expect(
    xpath('/*[local-name()="file" and namespace-uri()="http://contoso.com"]/*[local-name()="location"]', file),
  ).toEqual(found);
  expect(xpath('string(/*[name()="file"]/*[name()="location"])', file)).toBe('Paris');
});

test.each(['//', 'item[', 'foo()', '/a/b(', '1 +', '$x', 'bad::a', 'a b', 'count(1)', 'comment()'])(
  '%s is refused',
  (expression) => {
    expect(() => xpath(expression)).toThrow(
      "The template language function 'xpath' expects its second parameter to be a valid XPath 1.0 expression.",
    );
  },
);

test.each(['', 'text', '<a>', '<a></b>', '<a/><b/>', '<a x=1/>', '<a>&nope;</a>', '<a x="1" x="2"/>'])(
  'the text %s is no XML',
  (xml) => {
    expect(() => xpath('/*', xml)).toThrow(
      "The template language function 'xml' parameter is not valid. The provided value cannot be converted to XML.",
    );
  },
);

test('character data, comments and entities are read', () => {
  expect(xpath('string(/a)', '<!-- note --><a><![CDATA[1 < 2]]> &amp; &#65;<!-- c --></a>')).toBe('1 < 2 & A');
});

test('something else than XML is refused', () => {
  expect(() => evaluate("@xpath(1, '/a')")).toThrow(
    "The template language function 'xpath' expects its first parameter to be an XML object.",
  );
});

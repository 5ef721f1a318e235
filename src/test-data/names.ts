import type { Random } from './random';

/** A name as it is written, and the letters that e-mail addresses make of it. */
export interface Name {
  readonly written: string;
  readonly ascii: string;
}

const plain = (names: string): readonly Name[] =>
  names.split(' ').map((written) => ({ written, ascii: written.toLowerCase() }));

const givenNames = plain(
  'Abel Adira Alma Amos Anneke Arlo Asa Aurel Bela Benno Briony Cato Celia Cleo Corin Dagny Dara Delphine Edda Eli Elvin ' +
    'Enid Esra Fabian Faye Fenna Flora Gideon Greta Hanno Hattie Hugo Ida Imre Ines Ivo Jarek Jonna Jude Juno Kaia Kelda ' +
    'Kian Lars Leonie Linus Lorin Mabel Maren Marek Mila Milo Nadia Nell Nico Odile Olive Orla Oskar Petra Pia Quentin ' +
    'Ramona Remy Rhea Rosa Rufus Runa Sami Selma Silas Sunniva Tamsin Tarek Thea Tibor Tilda Ugo Ulla Vera Vito Wanda ' +
    'Wilma Xenia Yara Yusuf Zeno Zora',
);

const surnames = plain(
  'Abernale Alderwick Ashgrove Bellmore Birkholt Blackfen Brambley Brightwater Brookhaven Calderon Carrowby Castell ' +
    'Cloudsley Copperfeld Corvane Dallimer Darnholt Deepwell Dunmarrow Eastmere Elderkin Embersley Fairholme Falkner ' +
    'Farrowdale Fenwright Foxglade Gallowby Garnock Glenmarsh Goldwater Greyfriar Hallowell Harrowgate Hawthorne ' +
    'Heathcote Hollinshed Ironside Jasperson Kestrelby Kingsmoor Langmere Larkspur Lindqvist Lockhaven Maplewood ' +
    'Marchbanks Merriweather Millstone Moorcroft Nettleby Nightfield Northcliff Oakenshaw Oldcastle Orchardson ' +
    'Overbrook Pennyworth Pinecrest Quarrington Quillfeather Ravenhall Redfern Ridgewell Rookwood Rosewater Rushmere ' +
    'Saltmarsh Sandoval Shadwell Silverthorn Skylark Stonebridge Summerfeld Swanmore Tanglewood Thistledown Thornbury ' +
    'Tidewell Umberfeld Underhill Valecrest Vandermeer Waverley Westerhout Whitlock Wildgoose Windermoor Winterbourne ' +
    'Wolfram Yarrow Yewdale Zimmerholt',
);

/**
 * Names that break careless software (lake-rules.md §7): apostrophe, quotes, comma, hyphen, space, right-to-left,
 * decomposed and precomposed Unicode, letters outside the basic plane's Latin part. Escapes, so that no editor
 * recomposes them.
 */
const specialGivenNames: readonly Name[] = [
  { written: 'William "Bud"', ascii: 'william' },
  { written: 'Zoe\u0308', ascii: 'zoe' },
  { written: 'Zo\u00eb', ascii: 'zoe' },
  { written: '\u0646\u0648\u0631', ascii: 'nour' },
  { written: 'Jean-Luc', ascii: 'jeanluc' },
  { written: '\u05d7\u05d9\u05d9\u05dd', ascii: 'chaim' },
  { written: 'Mary Ann', ascii: 'maryann' },
  { written: '\u6653\u660e', ascii: 'xiaoming' },
];

export const specialSurnames: readonly Name[] = [
  { written: "O'Neil", ascii: 'oneil' },
  { written: 'Lowell, Jr.', ascii: 'lowell' },
  { written: 'Garci\u0301a', ascii: 'garcia' },
  { written: 'Garc\u00eda', ascii: 'garcia' },
  { written: '\u0627\u0644\u062d\u062f\u0627\u062f', ascii: 'alhaddad' },
  { written: "D'Angelo-Fink", ascii: 'dangelofink' },
  { written: 'van der Aa', ascii: 'vanderaa' },
  { written: '\u0141ukasiewicz', ascii: 'lukasiewicz' },
  { written: '\ud835\udc0dull', ascii: 'null' },
];

/** About one name in 25 is a special one; `index` walks through them so that even small sets hold each. */
export function givenNameOf(random: Random, index: number): Name {
  return index % 25 === 7 ? specialGivenNames[((index - 7) / 25) % specialGivenNames.length]! : random.pick(givenNames);
}

/** As `givenNameOf`, for family names. */
export function surnameOf(random: Random, index: number): Name {
  return index % 25 === 3 ? specialSurnames[((index - 3) / 25) % specialSurnames.length]! : random.pick(surnames);
}

const placeStems =
  'Alder Bracken Cinder Dove Elm Fen Gorse Heron Iron Juniper Kings Lark Moss North Otter Quill Rowan Stone Thorn Willow';
const placeEndings = 'bridge crest dale field gate haven hollow marsh ridge water';

/** A place that does not exist; every `index` below 200 gives another one, later ones are numbered. */
export function placeName(index: number): string {
  const stems = placeStems.split(' ');
  const endings = placeEndings.split(' ');
  const stem = stems[index % stems.length]!;
  const ending = endings[(index + Math.floor(index / stems.length)) % endings.length]!;
  const round = Math.floor(index / (stems.length * endings.length));
  return round === 0 ? `${stem}${ending}` : `${stem}${ending} ${round + 1}`;
}

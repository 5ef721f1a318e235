import { dimensionNamed, type DimensionName } from '../measures/dimensions';
import type { FieldReference, Position, VisualSpec } from './report';

/** Tooltips of every chart: how much and how many. */
const tooltips: readonly FieldReference[] = [{ measure: 'Signals' }, { measure: 'Active Users' }];

function dimensionField(name: DimensionName): FieldReference {
  const { field, label } = dimensionNamed(name);
  return { ...field, label };
}

export function at(x: number, y: number, width: number, height: number): Position {
  return { x, y, width, height };
}

export function text(key: string, position: Position, ...lines: readonly string[]): VisualSpec {
  const [heading = '', ...rest] = lines;
  const paragraphs = [{ text: heading, isHeading: true }, ...rest.map((line) => ({ text: line }))];
  return { key, type: 'textbox', altText: lines.join(' '), position, roles: {}, paragraphs };
}

export function card(measure: string, title: string, position: Position): VisualSpec {
  return {
    key: `card ${measure}`,
    type: 'cardVisual',
    title,
    altText: `${title}: one number.`,
    position,
    roles: { Data: [{ measure }] },
  };
}

export function slicer(
  name: DimensionName,
  position: Position,
  options: Pick<VisualSpec, 'title' | 'mode' | 'filters'> = {},
): VisualSpec {
  const { title = dimensionNamed(name).label } = options;
  return {
    key: `slicer ${name}`,
    type: 'slicer',
    title,
    altText: `Choose ${title.toLowerCase()}; everything on the page follows.`,
    position,
    roles: { Values: [dimensionField(name)] },
    mode: 'Dropdown',
    ...options,
  };
}

interface ChartOptions {
  readonly key: string;
  readonly title: string;
  readonly measures: readonly string[];
  readonly by: DimensionName;
  readonly series?: DimensionName;
  readonly position: Position;
  readonly filters?: VisualSpec['filters'];
}

export function columnChart(options: ChartOptions): VisualSpec {
  return { ...categoryChart('clusteredColumnChart', options), isCategorical: true, sortBy: dimensionField(options.by) };
}

export function barChart(options: ChartOptions): VisualSpec {
  return { ...categoryChart('clusteredBarChart', options), isCategorical: true };
}

export function lineChart(options: ChartOptions): VisualSpec {
  return { ...categoryChart('lineChart', options), sortBy: dimensionField(options.by) };
}

export function treemap({ key, title, measures, by, position, filters }: ChartOptions): VisualSpec {
  return {
    key,
    type: 'treemap',
    title,
    altText: `${title}. A tile for each ${dimensionNamed(by).label.toLowerCase()}, as large as its number.`,
    position,
    roles: {
      Group: [dimensionField(by)],
      Values: measures.map((measure) => ({ measure })),
      Tooltips: tooltips.filter((field) => !('measure' in field) || !measures.includes(field.measure)),
    },
    ...(filters === undefined ? {} : { filters }),
  };
}

function categoryChart(type: VisualSpec['type'], options: ChartOptions): VisualSpec {
  const { key, title, measures, by, series, position, filters } = options;
  const label = dimensionNamed(by).label.toLowerCase();
  const parts = series === undefined ? '' : `, one mark for each ${dimensionNamed(series).label.toLowerCase()}`;
  return {
    key,
    type,
    title,
    altText: `${title}. By ${label}${parts}.`,
    position,
    roles: {
      Category: [dimensionField(by)],
      ...(series === undefined ? {} : { Series: [dimensionField(series)] }),
      Y: measures.map((measure) => ({ measure })),
      Tooltips: tooltips.filter((field) => !('measure' in field) || !measures.includes(field.measure)),
    },
    ...(filters === undefined ? {} : { filters }),
  };
}

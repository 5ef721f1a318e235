import type { VisualType } from '../report/report';

export type FieldKind = 'column' | 'measure' | 'either';

export interface VisualRole {
  readonly kind: FieldKind;
  readonly isRequired?: boolean;
  readonly most?: number;
}

/** The roles of the visuals that we use, as Power BI knows them; a test compares them with Microsoft's list. */
export const visualKinds: Readonly<Record<VisualType, Readonly<Record<string, VisualRole>>>> = {
  textbox: {},
  slicer: { Values: { kind: 'column', isRequired: true, most: 1 } },
  cardVisual: { Data: { kind: 'measure', isRequired: true } },
  clusteredColumnChart: chartRoles(),
  clusteredBarChart: chartRoles(),
  lineChart: chartRoles(),
  treemap: {
    Group: { kind: 'column', most: 1 },
    Values: { kind: 'measure', isRequired: true },
    Tooltips: { kind: 'measure' },
  },
  tableEx: { Values: { kind: 'either', isRequired: true } },
};

function chartRoles(): Readonly<Record<string, VisualRole>> {
  return {
    Category: { kind: 'column', isRequired: true },
    Series: { kind: 'column', most: 1 },
    Y: { kind: 'measure', isRequired: true },
    Tooltips: { kind: 'measure' },
  };
}

/** A way to divide what is counted: a tree of nodes, of which node 0 is "all". */
export interface Dimension {
  readonly name: string;
  /** Parent of each node, always a smaller number than the node's own; -1 for node 0. */
  readonly parents: readonly number[];
}

/** A dimension without levels: "all" and below it `count` values, nodes 1 to `count`. */
export function flatDimension(name: string, count: number): Dimension {
  return { name, parents: [-1, ...new Array<number>(count).fill(0)] };
}

/**
 * All combinations of the nodes of some dimensions. A combination is a cell and has a number, its place in the arrays
 * that hold the cells' counts. The parent of a cell along a dimension has a smaller number than the cell.
 */
export class Lattice {
  readonly size: number;
  private readonly strides: readonly number[];
  private readonly counts: readonly number[];
  private readonly parents: readonly Int32Array[];
  /** Children of each node, by dimension. */
  private readonly nodeChildren: readonly (readonly (readonly number[])[])[];

  constructor(readonly dimensions: readonly Dimension[]) {
    this.counts = dimensions.map(({ parents }) => parents.length);
    this.strides = dimensions.map((_, index) => this.counts.slice(index + 1).reduce((product, n) => product * n, 1));
    this.size = this.counts.reduce((product, n) => product * n, 1);
    this.parents = dimensions.map(({ parents }) => Int32Array.from(parents));
    this.nodeChildren = dimensions.map(({ parents }) => {
      const children = parents.map((): number[] => []);
      parents.forEach((parent, node) => children[parent]?.push(node));
      return children;
    });
  }

  /** The lattice of the other dimensions. */
  without(dimension: number): Lattice {
    return new Lattice(this.dimensions.filter((_, index) => index !== dimension));
  }

  /** @param nodes a node for each dimension, in their order */
  cellAt(nodes: readonly number[]): number {
    return nodes.reduce((cell, node, dimension) => cell + node * this.stride(dimension), 0);
  }

  nodeOf(cell: number, dimension: number): number {
    return Math.floor(cell / this.stride(dimension)) % (this.counts[dimension] ?? 1);
  }

  /** Dimensions along which the cell is not "all". */
  boundDimensions(cell: number): number[] {
    return this.dimensions.flatMap((_, dimension) => (this.nodeOf(cell, dimension) === 0 ? [] : [dimension]));
  }

  /** The cell with another node along a dimension. */
  replace(cell: number, dimension: number, node: number): number {
    return cell + (node - this.nodeOf(cell, dimension)) * this.stride(dimension);
  }

  /** Undefined where the cell is "all" along the dimension. */
  parentOf(cell: number, dimension: number): number | undefined {
    const node = this.nodeOf(cell, dimension);
    const parent = this.parents[dimension]?.[node] ?? -1;
    return parent < 0 ? undefined : cell + (parent - node) * this.stride(dimension);
  }

  /** The parts into which a dimension divides a cell; none for a leaf. */
  childrenOf(cell: number, dimension: number): number[] {
    const node = this.nodeOf(cell, dimension);
    return (this.nodeChildren[dimension]?.[node] ?? []).map((child) => cell + (child - node) * this.stride(dimension));
  }

  /** How many parts a dimension divides a cell into. */
  childCount(cell: number, dimension: number): number {
    return this.nodeChildren[dimension]?.[this.nodeOf(cell, dimension)]?.length ?? 0;
  }

  /** How far apart two cells are that differ by one in the node of a dimension. */
  stride(dimension: number): number {
    return this.strides[dimension] ?? 1;
  }
}

import { afterPaint, element, placeChildren, whenIdle } from './elements';

/** A part of a page that is drawn by itself. */
export interface Part {
  readonly id: string;
  readonly isWide: boolean;
  /** What its drawing depends on: it is drawn again when that has changed. */
  readonly of: string;
  readonly draw: () => HTMLElement;
}

interface Place {
  node: HTMLElement;
  /** What the node was drawn of; undefined for an empty place. */
  of: string | undefined;
}

/**
 * Parts of a page beside and below each other. What is on the screen is drawn at once; the rest after the browser has
 * painted that, a part in a frame, so that nobody waits for what they do not see.
 */
export class PartGrid {
  readonly node = element('div', { class: 'grid' });
  private readonly places = new Map<string, Place>();
  private waiting: readonly Part[] = [];
  private seen: ReadonlySet<string> = new Set();
  /** What the browser says of the places, unasked: asked where they are, it would first lay out what has just been drawn. */
  private readonly onScreen = new Set<Element>();
  private readonly observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.onScreen.add(target);
      else this.onScreen.delete(target);
    }
  });

  /** Notes which parts are on the screen, for paper all. */
  look(): void {
    this.seen = new Set(
      [...this.places].flatMap(([id, { node }]) => (isPaper() || this.onScreen.has(node) ? [id] : [])),
    );
  }

  /** Gives the parts their places; what was drawn of them stays until it is drawn again. */
  arrange(parts: readonly Part[]): void {
    const nodes = parts.map(({ id, isWide }) => {
      const place = this.places.get(id) ?? { node: emptyPlace(isWide), of: undefined };
      this.place(id, place);
      return place.node;
    });
    this.waiting = parts.filter(({ id, of }) => this.places.get(id)?.of !== of);
    placeChildren(this.node, nodes);
  }

  /** Draws what is on the screen, and for paper everything. */
  drawSeen(): void {
    this.draw(this.waiting.filter(({ id }) => this.seen.has(id)));
    // A part that is lower than it was moves others onto the screen.
    for (;;) {
      const seen = this.waiting.filter(({ id }) => this.isSeen(id));
      if (seen.length === 0) return;
      this.draw(seen);
    }
  }

  /** Draws the rest, a part whenever the browser has nothing else to do. @param isCurrent false when something else is to be shown by now */
  async drawRest(isCurrent: () => boolean): Promise<void> {
    for (;;) {
      const [next] = this.waiting;
      if (next === undefined) return;
      await afterPaint();
      await whenIdle();
      if (!isCurrent()) return;
      this.draw([next]);
    }
  }

  private draw(parts: readonly Part[]): void {
    for (const { id, of, draw } of parts) {
      const node = draw();
      this.places.get(id)?.node.replaceWith(node);
      this.place(id, { node, of });
    }
    this.waiting = this.waiting.filter(({ id }) => !parts.some((part) => part.id === id));
  }

  private place(id: string, place: Place): void {
    const former = this.places.get(id)?.node;
    this.places.set(id, place);
    if (former === place.node) return;
    this.observer.observe(place.node);
    if (former === undefined) return;
    this.observer.unobserve(former);
    // What takes a place that is on the screen is there as well.
    if (this.onScreen.delete(former)) this.onScreen.add(place.node);
  }

  private isSeen(id: string): boolean {
    if (isPaper()) return true;
    const { top, bottom } = this.places.get(id)!.node.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  }
}

/** Whether the page is being printed. */
function isPaper(): boolean {
  return document.documentElement.dataset.paper !== undefined;
}

function emptyPlace(isWide: boolean): HTMLElement {
  return element('div', { class: isWide ? 'card empty wide' : 'card empty' });
}

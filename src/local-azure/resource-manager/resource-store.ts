import type { Json } from '../http';
import { isBelow } from '../access/access';
import type { World } from '../world';

/** A resource as it is kept: what Azure returns of it, and what only the stand-in knows. */
export interface StoredResource {
  /** As Azure returns it: `id`, `name`, `type`, `location`, `properties` … */
  readonly content: ResourceContent;
  /** When it was last written, and what its properties were before; rules work some time after (ORDER1). */
  readonly writtenAt: number;
  readonly before?: Json;
}

export interface ResourceContent extends Json {
  id: string;
  name: string;
  type: string;
  properties: Json;
}

/** Every resource by its id; ids do not tell upper from lower case, and keep the case of their first writing. */
export class ResourceStore {
  constructor(private readonly world: World) {}

  private get resources(): Map<string, StoredResource> {
    return this.world.collection<StoredResource>('resources');
  }

  get(id: string): StoredResource | undefined {
    return this.resources.get(id.toLowerCase());
  }

  put(content: ResourceContent): StoredResource {
    const before = this.get(content.id);
    const stored: StoredResource = {
      content,
      writtenAt: this.world.clock.now(),
      ...(before === undefined ? {} : { before: before.content.properties }),
    };
    this.resources.set(content.id.toLowerCase(), stored);
    return stored;
  }

  /** Removes the resource and everything beneath it, extensions included; what was removed, children first. */
  remove(id: string): readonly StoredResource[] {
    const gone = this.below(id).sort((left, right) => right.content.id.length - left.content.id.length);
    for (const { content } of gone) this.resources.delete(content.id.toLowerCase());
    return gone;
  }

  /** The resource and everything beneath it. */
  below(id: string): StoredResource[] {
    return [...this.resources.values()].filter(({ content }) => isBelow(content.id, id));
  }

  /** Resources of a type, below a scope; ordered by id. */
  ofType(type: string, scope = ''): StoredResource[] {
    return [...this.resources.values()]
      .filter(({ content }) => content.type.toLowerCase() === type.toLowerCase() && isBelow(content.id, scope))
      .sort((left, right) => (left.content.id < right.content.id ? -1 : 1));
  }

  /** A resource of a type by its name, wherever it is: for names that are unique in the whole of Azure. */
  named(type: string, name: string): StoredResource | undefined {
    return this.ofType(type).find(({ content }) => content.name.toLowerCase() === name.toLowerCase());
  }
}

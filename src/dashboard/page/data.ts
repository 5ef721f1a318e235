import { unpacked } from '../packed';
import type { SchoolNumbers, Site, SiteState } from '../published';

declare global {
  interface Window {
    receiveInsights?: (name: string, content: unknown) => void;
  }
}

const waiting = new Map<string, (content: unknown) => void>();

/** Data comes in scripts of the page's own site, which work in a folder as well. */
export function receiveData(): void {
  window.receiveInsights = (name, content) => waiting.get(name)?.(content);
}

/** The site, or why there is none yet. @throws Error when the server is gone */
export function loadSite(): Promise<Site | SiteState> {
  return load('site', `data/site.js?${Date.now()}`) as Promise<Site | SiteState>;
}

const schools = new Map<number, Promise<SchoolNumbers>>();

/** @param node of the school; loaded once */
export function loadSchool(node: number): Promise<SchoolNumbers> {
  const known = schools.get(node) ?? (load(`school-${node}`, `data/school-${node}.js`) as Promise<SchoolNumbers>);
  schools.set(node, known);
  known.catch(() => schools.delete(node));
  return known;
}

function load(name: string, source: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const end = (): void => {
      waiting.delete(name);
      script.remove();
    };
    waiting.set(name, (content) => {
      end();
      resolve(unpacked(content));
    });
    script.addEventListener('error', () => {
      end();
      reject(new Error(`The dashboard did not answer for ${name}.`));
    });
    script.src = source;
    document.head.append(script);
  });
}

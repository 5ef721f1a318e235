import type { Site, SiteState } from '../published';
import { formatAddress, pageNames, parseAddress, type Address, type PageName } from './address';
import { loadSchool, loadSite, receiveData } from './data';
import { dictionaryPage } from './dictionary-page';
import { element, placeChildren } from './elements';
import { EngagementPage } from './engagement-page';
import { formatTime } from './format';
import { nodeOf, Numbers } from './numbers';
import { aboutPage, runsPage } from './other-pages';

const titles: Readonly<Record<PageName, string>> = {
  engagement: 'Engagement',
  runs: 'Runs',
  dictionary: 'Dictionary',
  about: 'About these numbers',
};

/** How often a lake that is being read is asked for again. */
const pause = 400;

const ways = pageNames.map((page) => ({ page, link: element('a', {}, titles[page]) }));

const engagement = new EngagementPage();

/** Counts what was asked for: what is asked for later overtakes what is being loaded or drawn. */
let turns = 0;

void start();

async function start(): Promise<void> {
  receiveData();
  const site = await waitForSite();
  if (site === undefined) return;
  showFrame(site);
  let width = engagement.fit().wide;
  window.addEventListener('hashchange', () => void show(site));
  window.addEventListener('resize', () => {
    // Drawings have a width of their own; a scroll bar or a keyboard on a phone is no reason to draw again.
    const { wide } = engagement.fit();
    if (Math.abs(wide - width) < 24) return;
    width = wide;
    void show(site);
  });
  // Nothing is loaded for it, so that the drawings are there before the browser looks.
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset.paper = '';
    engagement.fit();
    void show(site);
  });
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset.paper;
    engagement.fit();
    void show(site);
  });
  await show(site);
}

async function waitForSite(): Promise<Site | undefined> {
  for (;;) {
    let content: Site | SiteState;
    try {
      content = await loadSite();
    } catch {
      showState({
        state: 'failed',
        message: 'The dashboard does not answer.',
        nextStep: 'Start `insights dashboard` again, or look whether the folder of the site is complete.',
      });
      return undefined;
    }
    if (!('state' in content)) return content;
    showState(content);
    if (content.state !== 'loading') return undefined;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function showState({ state, message, nextStep, code }: SiteState): void {
  const heading = {
    loading: 'Reading the lake',
    failed: 'The lake cannot be shown',
    empty: 'This lake has no activity yet',
  }[state];
  const main = document.getElementById('content');
  main?.replaceChildren(
    element(
      'section',
      { class: `state is-${state}`, role: state === 'loading' ? 'status' : 'alert' },
      element('h1', {}, heading),
      state === 'loading' ? element('progress', { 'aria-label': 'Progress' }) : undefined,
      element('p', {}, message),
      nextStep === undefined ? undefined : element('p', {}, nextStep),
      code === undefined ? undefined : element('p', { class: 'note' }, code),
    ),
  );
}

async function show(site: Site): Promise<void> {
  // The skip link is no page.
  if (location.hash === '#content') return;
  turns += 1;
  const turn = turns;
  const isCurrent = (): boolean => turn === turns;
  const address = parseAddress(location.hash);
  engagement.grid.look();
  const focused = document.activeElement?.id ?? '';
  try {
    const nodes = await pageNodes(site, address);
    if (!isCurrent()) return;
    showWays(address);
    placeChildren(document.getElementById('content')!, nodes);
    engagement.grid.drawSeen();
    // Who chooses filters by keyboard stays where they were.
    if (focused !== '') document.getElementById(focused)?.focus();
    document.documentElement.dataset.seen = formatAddress(address);
    await engagement.grid.drawRest(isCurrent);
  } catch {
    if (!isCurrent()) return;
    showWays(address);
    showState({
      state: 'failed',
      message: 'The numbers of this school could not be loaded.',
      nextStep: 'Start `insights dashboard` again.',
    });
  }
  if (isCurrent()) document.documentElement.dataset.shown = formatAddress(address);
}

async function pageNodes(site: Site, address: Address): Promise<Node[]> {
  if (address.page !== 'engagement') engagement.grid.arrange([]);
  if (address.page === 'runs') return runsPage(site);
  if (address.page === 'dictionary') return dictionaryPage(site, address);
  if (address.page === 'about') return aboutPage(site);
  const school = nodeOf(site.engagement.values.schools, address.school);
  const own = school === 0 ? site.engagement.all : await loadSchool(school);
  return engagement.nodes(new Numbers(site.engagement, own, address), address);
}

/** What stands around every page and stays: the ways to the others, and where the numbers are from. */
function showFrame({ workspace, version, madeAt }: Site): void {
  document.getElementById('pages')?.replaceChildren(...ways.map(({ link }) => link));
  document
    .getElementById('foot')
    ?.replaceChildren(
      `Workspace ${workspace}, data version ${version}, computed ${formatTime(madeAt)}. Aggregates only; small numbers are hidden.`,
    );
}

/** Which page it is, and where the ways lead from there: the filters stay. */
function showWays(address: Address): void {
  for (const { page, link } of ways) {
    link.href = formatAddress(page === 'engagement' ? { ...address, page } : { page });
    if (page === address.page) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const title = `${titles[address.page]} – Education Insights`;
  if (document.title !== title) document.title = title;
}

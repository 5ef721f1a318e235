/**
 * Runs in the page before its own script, and is therefore no TypeScript: what a compiler adds is not there.
 * `window.painted` resolves with the milliseconds from the navigation until numbers were painted first.
 * `window.choose(slicer, index)` chooses a value and resolves with the milliseconds until its numbers were painted: those
 * on the screen, and all of the page.
 */
const afterPaint = () =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      // A message comes after the frame that the callback belongs to.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now());
      channel.port2.postMessage(undefined);
    });
  });

const shown = (isWanted) =>
  new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!isWanted()) return;
      observer.disconnect();
      void afterPaint().then(resolve);
    });
    observer.observe(document, { attributes: true, subtree: true, attributeFilter: ['data-seen', 'data-shown'] });
  });

window.painted = shown(() => document.querySelector('.cards') !== null);

window.choose = async (slicer, index) => {
  const select = document.querySelector(`#filter-${slicer}`);
  select.selectedIndex = index;
  const chosen = ['seen', 'shown'].map((mark) => shown(() => document.documentElement.dataset[mark] === location.hash));
  const started = performance.now();
  select.dispatchEvent(new Event('change'));
  return (await Promise.all(chosen)).map((painted) => painted - started);
};

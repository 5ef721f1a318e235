const { default: Sequencer } = require('@jest/test-sequencer');

/** Minutes each; begun last, one of them would be waited for while the other workers have nothing to do. */
const slow = ['rehearsal', 'drill', 'rehearsed-scenarios', 'erase-sets', 'every-crash'];

/** The slow tests of the thorough tier first, then jest's own order: a fresh machine has no times to order by. */
module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = slow.findIndex((name) => path.endsWith(`/${name}.test.ts`));
      return place === -1 ? slow.length : place;
    };
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
};

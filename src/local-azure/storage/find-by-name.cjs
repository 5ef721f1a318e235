'use strict';
/**
 * Loaded into the emulator's process. Its index asks for a blob by account, container and name in this order, and so walks over every
 * blob of the account at each request: runs grew slower with all that was ever written. By name first it finds one at once.
 */
const { createRequire } = require('node:module');

const requireOfEmulator = createRequire(require.resolve('azurite/dist/src/blob/main.js'));
const Loki = requireOfEmulator('lokijs');

// Names are text: by default two that look like numbers are compared as such, and then no order of names is one.
const { aeq, lt, gt } = Loki.Comparators;
const areText = (one, other) => typeof one === 'string' && typeof other === 'string';
Loki.Comparators.aeq = (one, other) => (areText(one, other) ? one === other : aeq(one, other));
Loki.Comparators.lt = (one, other, orEqual) =>
  areText(one, other) ? one < other || (orEqual && one === other) : lt(one, other, orEqual);
Loki.Comparators.gt = (one, other, orEqual) =>
  areText(one, other) ? one > other || (orEqual && one === other) : gt(one, other, orEqual);

const { find } = Loki.Resultset.prototype;
/** The same conditions, the one on the name first; of a prefix also the range that names with it are in. */
Loki.Resultset.prototype.find = function (query, firstOnly) {
  // What is found by name already is only narrowed down; each condition comes here once more by itself.
  const isOfName = typeof query === 'object' && query !== null && 'name' in query && Object.keys(query).length > 1;
  if (this.filterInitialized || !isOfName) return find.call(this, query, firstOnly);
  const { name, ...others } = query;
  const prefix = prefixOf(name);
  const range = prefix === undefined ? [] : [{ name: { $between: [prefix, `${prefix}\uffff`] } }];
  const conditions = [...range, { name }, ...Object.entries(others).map(([key, value]) => ({ [key]: value }))];
  return find.call(this, { $and: conditions }, firstOnly);
};

/** The literal text of `^text` that the emulator makes of a prefix; undefined for anything else. */
function prefixOf(condition) {
  const pattern = condition === null || typeof condition !== 'object' ? undefined : condition.$regex;
  if (typeof pattern !== 'string' || !pattern.startsWith('^')) return undefined;
  return pattern.slice(1).replace(/\\(.)/gs, '$1');
}

import { InsightsError } from '../contract/errors';
import { LakePaths } from '../contract/lake-paths';
import { erasureKeyName } from '../contract/salt';
import { identifierForm } from '../contract/erasure';
import { Tombstones } from '../engine/tombstones';
import { ensureErasureKey, identifiersOf, personIn, type EraseOptions } from './erase';
import type { PersonIdentifiers } from './person';
import { withLakes } from './session';

export type TombstoneDecision = 'lift' | 'hold' | 'release';

/**
 * What is decided about a person beside erasing: `lift` lets an erased person come back with the next delivery, `hold` refuses
 * erasure until `release` (ERASE1). Returns how many identifiers it holds for.
 * @throws InsightsError PERSON_UNKNOWN when neither the lake nor a tombstone knows the person
 */
export async function decideAbout(
  options: Omit<EraseOptions, 'confirm' | 'person'> & { readonly person: string },
  decision: TombstoneDecision,
): Promise<number> {
  return withLakes(options, async (lakes) => {
    const { store, workspace, keeper, now } = options;
    const tombstones = await Tombstones.read(store, new LakePaths(workspace, ''));
    const erase = { ...options, confirm: undefined };
    if (decision === 'hold') {
      const person = await personIn(lakes, options.person, tombstones, await keeper.read(erasureKeyName(workspace)));
      const key = await ensureErasureKey(erase, tombstones);
      const identifiers = identifiersOf(person, key);
      await tombstones.append('hold', identifiers, key, now());
      return identifiers.length;
    }
    if (tombstones.isEmpty) throw unknown(decision);
    const key = await ensureErasureKey(erase, tombstones);
    const identifiers = listedWith(tombstones, options.person, key, decision);
    await tombstones.append(decision, identifiers, key, now());
    return identifiers.length;
  });
}

/**
 * The identifiers that were erased or held together with the one given: of an erased person nothing else is left that says
 * what belongs together.
 */
function listedWith(tombstones: Tombstones, identifier: string, key: string, decision: 'lift' | 'release'): string[] {
  const form = identifierForm(identifier);
  const both: PersonIdentifiers = { directoryUser: new Set([form]), person: new Set([form]) };
  const own = new Set(identifiersOf(both, key));
  const [action, current] =
    decision === 'lift' ? (['erase', tombstones.erased] as const) : (['hold', tombstones.held] as const);
  const together = tombstones.listedWith(action, own).filter((one) => current.has(one));
  if (together.length === 0) throw unknown(decision);
  return together;
}

function unknown(decision: 'lift' | 'release'): InsightsError {
  const what = decision === 'lift' ? 'erased' : 'under a legal hold';
  return new InsightsError('PERSON_UNKNOWN', `Nobody of this identifier is ${what} here.`);
}

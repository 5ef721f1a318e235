import type { Check } from '../check';
import { saltFingerprint } from '../../contract/salt';

/** The lake was built with this catalogue, this profile and this salt; else other checks compare unlike things. */
export const fingerprints: Check = {
  name: 'lake was built with this catalogue and salt',
  rules: ['PRIV4'],
  run(context, report) {
    const { catalogue, ledger } = context;
    const built = ledger.catalogue;
    if (ledger.rebuilding) {
      report.error('A rebuild was started and not finished, so Refined is incomplete. Run insights process again.');
    }
    if (built === undefined) {
      report.information('Nothing was processed yet, so the lake does not say what it is built with.');
      return Promise.resolve();
    }
    report.examine();
    if (built.profile !== catalogue.profile) {
      report.error(
        `The lake was built with the profile ${built.profile}, and is verified with ${catalogue.profile}. Name the right one with --profile.`,
      );
    } else if (built.fingerprint !== catalogue.fingerprint) {
      report.error(
        'The lake was built with another catalogue than this one. Run insights process: it says whether --rebuild is needed.',
      );
    }
    const { salt } = context.options;
    if (salt === undefined) {
      report.information('No salt was given: pseudonyms are checked against the lookups only.');
    } else {
      report.examine();
      if (saltFingerprint(salt) !== built.saltFingerprint) {
        report.error(
          'This is not the salt that the lake was built with: pseudonyms were checked against the lookups only. Name the right file with --salt-file.',
        );
      }
    }
    return Promise.resolve();
  },
};

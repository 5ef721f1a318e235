import type { Check } from '../check';

/** Stage 1 holds the delivered bytes, unchanged (ROW1). Retention and erasure may have taken some away (ERASE6). */
export const landedBytes: Check = {
  name: 'landed bytes are those delivered',
  rules: ['ROW1'],
  async run(context, report) {
    const root = `${context.paths.stage(1)}/Transactional/${context.paths.dataset}`;
    const present = new Set((await context.list(root)).map(({ path }) => path));
    const known = new Set<string>();
    const missing = new Map<string, number>();
    for (const { batches } of context.ledger.units) {
      for (const { table, files, erased } of batches) {
        for (const { landed, sha256 } of files) {
          known.add(landed);
          if (!present.has(landed)) {
            missing.set(table, (missing.get(table) ?? 0) + 1);
            continue;
          }
          report.examine();
          if ((await context.store.sha256(landed)) !== (erased?.get(landed)?.sha256 ?? sha256)) {
            report.error(
              'A landed file does not have the bytes that were delivered. Stage 1 is never changed: restore it.',
              {
                table,
                file: landed,
              },
            );
          }
        }
      }
    }
    for (const [table, files] of missing) {
      report.information('Landed files are no longer in stage 1 (retention or erasure). They are not landed again.', {
        table,
        counts: { files },
      });
    }
    const strangers = [...present].filter((path) => !known.has(path));
    if (strangers.length > 0) {
      report.warning(
        'Stage 1 holds files that the landing ledger does not know. The next insights process lands them from the drop, or removes what a crash left.',
        {
          counts: { files: strangers.length },
        },
      );
    }
  },
};

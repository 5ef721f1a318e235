/** The salt of every measured lake: synthetic data only, so it is no secret. */
export const benchSalt = 'benchmark-salt-of-synthetic-data-only';

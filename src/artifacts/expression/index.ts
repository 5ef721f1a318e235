export * from './check';
export * from './functions';
export * from './parser';
export * from './print';
export * from './references';
export * from './syntax';
export * from './syntax-error';

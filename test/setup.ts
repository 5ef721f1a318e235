/** Every test must assert something, and must not leave a warning behind that it does not expect. */
const unexpected: string[] = [];
const remember = (warning: Error): void => {
  unexpected.push(`${warning.name}: ${warning.message}`);
};

beforeAll(() => {
  process.on('warning', remember);
});

beforeEach(() => {
  expect.hasAssertions();
  unexpected.length = 0;
  for (const method of ['warn', 'error'] as const) {
    jest.spyOn(console, method).mockImplementation((...parts: unknown[]) => {
      unexpected.push(parts.map(String).join(' '));
    });
  }
});

afterEach(() => {
  jest.restoreAllMocks();
  if (unexpected.length > 0) throw new Error(`Unexpected warnings:\n${unexpected.join('\n')}`);
});

afterAll(() => {
  process.off('warning', remember);
});

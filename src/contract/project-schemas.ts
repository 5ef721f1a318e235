/**
 * How ajv compiles the project's own schemas, beside what each of them asks for. That they are JSON schemas is what a test
 * says, once (project-schemas.test.ts), not each start; and a validator that is called a few times in the life of a process
 * does not earn what optimising its code costs. It halves the time of compiling one.
 */
export const projectSchemas = { validateSchema: false, code: { optimize: false } } as const;

/** Environment variable in which Terraform hands an operation its input, as JSON (src/operations/contracts.ts). */
export const operationInputVariable = 'INSIGHTS_OPERATION_INPUT';

import * as z from 'zod'
import { FAULT_SCHEMA } from './fault.ts'
import { MAX_FAULTS } from './fault-list.ts'

/** The section `faults`. */
export const FAULTS_SCHEMA = z.strictObject({
  header: z
    .boolean()
    .describe('Whether a request may ask for a fault by its header x-continuo-fault.')
    .default(false),
  rules: z
    .array(FAULT_SCHEMA)
    .max(MAX_FAULTS)
    .describe('Faults from the start; POST /continuo/faults adds others.')
    .default([]),
})

/** Faults that are made on purpose. */
export type FaultsSettings = z.infer<typeof FAULTS_SCHEMA>

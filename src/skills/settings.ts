import * as z from 'zod'

/** The setting `skills`. */
export const SKILLS_SCHEMA = z
  .enum(['instructions', 'refuse'])
  .describe(
    'What happens to skills that a message names in container.skills. "instructions": their names, descriptions and instructions become part of the system prompt; no code is run. "refuse": such messages are refused.',
  )
  .default('instructions')

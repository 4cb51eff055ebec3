import type { StateMigration } from './state-migration.ts'

/** Messages that use a skill read its instructions without its archive. */
export const addSkillInstructions: StateMigration = {
  name: '0007-skill-instructions',
  statements: [
    (kind) => {
      const type = kind === 'sqlite' ? 'TEXT' : 'text COLLATE "C"'
      return `ALTER TABLE skill_versions ADD COLUMN instructions ${type} NOT NULL DEFAULT ''`
    },
  ],
}

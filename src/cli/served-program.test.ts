import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../config/resolve-config.ts'
import { configFor, programCommands, programProblem } from './served-program.ts'

describe('--for claude-code', () => {
  const sequencesOf = (engine: object, program: 'claude-code' | undefined) => {
    const settings = configFor(program, resolveConfig({ engine, state: 'none' }, {})).engines.get(
      'default',
    )?.settings
    return settings !== undefined && 'maxSequences' in settings ? settings.maxSequences : null
  }

  it('gives memory to few requests, unless a setting says how many', () => {
    expect(sequencesOf({}, undefined)).toBe('auto')
    expect(sequencesOf({}, 'claude-code')).toBe(2)
    expect(sequencesOf({ maxSequences: 5 }, 'claude-code')).toBe(5)
  })

  it('reports a window that is too small', () => {
    expect(programProblem({ contextWindowTokens: 32_768 })).toBeNull()
    expect(programProblem({ contextWindowTokens: 8_192 })).toMatch(
      /needs a context window of 32,768 .* has 8,192: use --kv/,
    )
  })

  it('has the variables of the page', () => {
    const commands = programCommands('http://127.0.0.1:8642', 'm', true).join('\n')
    expect(commands).toContain('export ANTHROPIC_BASE_URL=http://127.0.0.1:8642\n')
    expect(commands).toContain('ANTHROPIC_API_KEY="$CONTINUO_API_KEY"')
  })
})

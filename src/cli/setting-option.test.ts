import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { readFlag, settingOption } from './setting-option.ts'

const THREADS = z
  .union([z.int().min(1).max(512), z.literal('auto')])
  .default('auto')
  .describe('Threads that decode.')

describe('settingOption', () => {
  it.each([
    ['threads', THREADS, '-t, --threads <number>', 'Threads that decode (default: auto)'],
    ['minP', z.number().describe('A share.').default(0.05), '--min-p <number>', 'A share (default: 0.05)'],
    [
      'tools',
      z.boolean().default(true).describe('Use tools.'),
      '--tools <on|off>',
      'Use tools (default: on)',
    ],
    ['logLevel', z.enum(['a', 'b']).describe('Level.'), '--log-level <value>', 'Level'],
    ['model', z.string().describe('A file.').optional(), '-m, --model <file>', 'A file'],
  ])('makes %s an option', (name, schema, flags, description) => {
    expect(settingOption(name, schema, 'file')).toMatchObject({ flags, description })
  })

  it('has a variable, which the flag overrides, and short names of common flags', () => {
    const option = settingOption('maxSequences', THREADS)
    expect(option.envVar).toBe('CONTINUO_MAX_SEQUENCES')
    expect(
      ['model', 'contextWindowTokens', 'threads'].map((name) => settingOption(name, THREADS).short),
    ).toEqual(['-m', '-c', '-t'])
  })

  it('gives no value unless the flag is there', () => {
    const optionsOf = (...words: string[]) =>
      new Command().addOption(settingOption('threads', THREADS)).parse(words, { from: 'user' }).opts()
    expect(optionsOf()).toEqual({})
    expect(optionsOf('--threads', '4')).toEqual({ threads: 4 })
    expect(optionsOf('--threads', 'auto')).toEqual({ threads: 'auto' })
  })
})

describe('readFlag', () => {
  it.each<[z.ZodType, string, unknown]>([
    [THREADS, '4', 4],
    [THREADS, 'auto', 'auto'],
    [z.number(), '.5', 0.5],
    [z.number(), '0.5', 0.5],
    [z.boolean(), 'on', true],
    [z.boolean(), 'off', false],
    [z.union([z.boolean(), z.literal('auto')]), 'auto', 'auto'],
    [z.string(), '12', '12'],
    [z.enum(['on', 'off']), 'on', 'on'],
  ])('reads a value of its schema', (schema, text, value) => {
    expect(readFlag(schema)(text)).toBe(value)
  })

  it.each<[z.ZodType, string, string]>([
    [THREADS, 'many', 'It must be a number or "auto".'],
    [THREADS, '0', 'It must be at least 1.'],
    [THREADS, '513', 'It must be at most 512.'],
    [THREADS, '', 'It must be a number or "auto".'],
    [z.int(), '1.5', 'It must be a whole number.'],
    [z.int(), '-1', 'It must be a number.'],
    [z.int(), '1e3', 'It must be a number.'],
    [z.boolean(), 'yes', 'It must be on or off.'],
    [z.union([z.boolean(), z.literal('auto')]), 'maybe', 'It must be on, off or "auto".'],
    [z.enum(['a', 'b']), 'c', 'It must be "a" or "b".'],
    [z.string().min(1), '', 'It must not be empty.'],
  ])('refuses what is not a value of its schema', (schema, text, message) => {
    expect(() => readFlag(schema)(text)).toThrow(message)
  })
})

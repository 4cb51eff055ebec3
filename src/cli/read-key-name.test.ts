import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { adminKeyCommand, keyCommand } from './key-command.ts'
import { readKeyName } from './read-key-name.ts'

describe('readKeyName', () => {
  it('takes a name', () => {
    expect(readKeyName('first')).toBe('first')
  })

  it.each(['', 'a\0b', 'a'.repeat(100_000)])('refuses what the Admin API refuses (%#)', (text) => {
    expect(() => readKeyName(text)).toThrow(InvalidArgumentError)
  })

  it.each([keyCommand(), adminKeyCommand()])('reads the name in both commands (%#)', (command) => {
    const create = command.commands.find((each) => each.name() === 'create')
    create?.exitOverride().configureOutput({ writeErr: () => undefined })
    expect(() => create?.parse(['--name', ''], { from: 'user' })).toThrow('at least 1 character')
  })
})

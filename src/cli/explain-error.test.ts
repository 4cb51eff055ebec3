import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { CompletionError } from '../completion/completion-error.ts'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import { ConfigError } from '../config/config-error.ts'
import { ListenError } from '../http/server/listen-error.ts'
import { StateError } from '../state/state-error.ts'
import { explainError } from './explain-error.ts'
import { OutputError } from './write-output.ts'

const systemError = (code: string) => Object.assign(new Error(code), { code })

describe('explainError', () => {
  it.each([
    ['the help', new CommanderError(0, 'commander.help', 'help'), 0, null],
    ['a wrong flag, which commander explains', new CommanderError(1, 'commander.x', 'wrong'), 2, null],
    ['a wrong setting', new ConfigError('port is wrong'), 2, 'port is wrong'],
    ['a wrong prompt', new CompletionError('invalid-prompt', 'prompt is wrong'), 2, 'prompt is wrong'],
    ['a broken model', new EngineLoadError('it is broken'), 1, 'it is broken'],
    [
      'a port in use',
      new ListenError(systemError('EADDRINUSE'), 'a', 1),
      1,
      'cannot listen on a port 1: the port is in use by another program',
    ],
    ['a malformed address', new StateError('invalid', 'state: it is malformed'), 2, 'state: it is malformed'],
    [
      'a damaged database',
      new StateError('corrupt', 'state in /a: no database'),
      1,
      'state in /a: no database: restore a backup, or set --state to another folder',
    ],
    ['a mistake in a statement', new StateError('failed', 'it failed'), 1, 'it failed'],
    ['a reader that is gone', new OutputError(systemError('EPIPE')), 0, null],
    [
      'a full disk',
      new OutputError(systemError('ENOSPC')),
      1,
      'Standard output could not be written (ENOSPC).',
    ],
  ])('explains %s', (_, error, exitCode, message) => {
    expect(explainError(error)).toEqual({ exitCode, message })
  })

  it.each([new TypeError('x is not a function'), 'a text'])('does not explain a defect: %s', (error) => {
    expect(explainError(error)).toBeNull()
  })
})

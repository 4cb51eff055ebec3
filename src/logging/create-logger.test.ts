import { describe, expect, it } from 'vitest'
import { createLogger } from './create-logger.ts'
import type { LogFormat, LogLevel } from './settings.ts'

class KeptLines {
  text = ''
  describeDropped: ((lines: number) => string) | null = null
  write(line: string): void {
    this.text += line
  }
}

function logTo(lines: KeptLines, logFormat: LogFormat, { isTerminal = false, hasColors = false } = {}) {
  return createLogger({ logLevel: 'info', logFormat }, { lines, isTerminal, hasColors })
}

const PRETTY = /^\d\d:\d\d:\d\d hello/

describe('createLogger', () => {
  it.each<[LogFormat, boolean, RegExp]>([
    ['auto', false, /^\{"level":30,"time":\d+,"msg":"hello"\}\n$/],
    ['auto', true, PRETTY],
    ['json', true, /^\{/],
    ['pretty', false, PRETTY],
  ])('writes %s on a terminal: %s', (logFormat, isTerminal, pattern) => {
    const lines = new KeptLines()
    logTo(lines, logFormat, { isTerminal }).info('hello')
    expect(lines.text).toMatch(pattern)
  })

  it('uses colors only where the output has them', () => {
    const [plain, colored] = [new KeptLines(), new KeptLines()]
    logTo(plain, 'pretty').info('hello')
    logTo(colored, 'pretty', { hasColors: true }).info('hello')
    expect([plain.text.includes('\u001b'), colored.text.includes('\u001b')]).toEqual([false, true])
  })

  it.each<LogFormat>(['json', 'pretty'])('reports how many lines were dropped, as %s', (logFormat) => {
    const lines = new KeptLines()
    logTo(lines, logFormat)
    const line = lines.describeDropped?.(3) ?? ''
    expect(line.startsWith('{')).toBe(logFormat === 'json')
    expect(line).toMatch(/"dropped":3|dropped=3/)
    expect(line.endsWith('\n')).toBe(true)
  })

  it.each<[LogLevel, string]>([
    ['silent', ''],
    ['error', 'error '],
    ['warn', 'warn error '],
    ['info', 'info warn error '],
    ['debug', 'debug info warn error '],
  ])('logs at the level %s only what it includes', (logLevel, expected) => {
    const lines = new KeptLines()
    const log = createLogger({ logLevel, logFormat: 'json' }, { lines, isTerminal: false, hasColors: false })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level)
    const messages = lines.text.split('\n').filter((line) => line !== '')
    expect(messages.map((line) => `${JSON.parse(line).msg} `).join('')).toBe(expected)
  })
})

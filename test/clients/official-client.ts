import type { Command } from './run-command.ts'

/** What every program proves; a client of a year that lacks the feature leaves a check out of its own list. */
export type CheckName =
  | 'create'
  | 'stream'
  | 'async-stream'
  | 'stop-sequence'
  | 'bad-request'
  | 'unauthorized'
  | 'overloaded'
  | 'retry'
  | 'tool-call'
  | 'raw-text'
  | 'models'
  | 'message'
  | 'message-stream'
  | 'message-tools'
  | 'count-tokens'
  | 'cached-prompt'
  | 'message-errors'
  | 'embedded-message'
  | 'embedded-model'

/** A program that a client needs and that must already be on the machine. */
export type Tool = 'python3' | 'npm' | 'go' | 'javac' | 'mvn'

/** One release of an official client, and how it is installed and used. */
export interface OfficialClient {
  /** `python-0.75.0`; also the name of its folder in the cache. */
  readonly name: string
  readonly version: string
  /** What this release calls itself in a request header: the proof that it, and no other, was talking. */
  readonly calledItself: string
  readonly tools: readonly Tool[]
  /** The checks that its program must report, no more and no fewer. */
  readonly checks: readonly CheckName[]
  /**
   * Fetches the release from its registry into an empty folder. The arguments name no folder but this one, so that a
   * cache serves every checkout.
   */
  install(folder: string): readonly Command[]
  /** What must be made again when the program has changed; nothing for languages that need no build. */
  build(folder: string): readonly Command[]
  /** Run the checks, one after the other. They print `ok <check>` or `not ok <check>: <reason>` for each. */
  programs(folder: string): readonly Command[]
}

/** The checks that every client with Messages can make. */
export const MESSAGE_CHECKS: readonly CheckName[] = [
  'message',
  'message-stream',
  'message-tools',
  'count-tokens',
  'cached-prompt',
  'models',
  'message-errors',
  'embedded-message',
]

/** The checks that ask a real model. */
export const EMBEDDED_CHECKS: ReadonlySet<CheckName> = new Set(['embedded-model', 'embedded-message'])

/** The checks that every client of every year with Text Completions can make. */
export const BASIC_CHECKS: readonly CheckName[] = [
  'create',
  'stream',
  'stop-sequence',
  'bad-request',
  'unauthorized',
  'overloaded',
  'embedded-model',
]

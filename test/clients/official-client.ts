import type { Command } from './run-command.ts'

/** The checks; the list of a client omits those for features that it lacks. */
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
  | 'response'
  | 'response-stream'
  | 'response-tools'
  | 'response-errors'
  | 'response-reference'
  | 'models'
  | 'message'
  | 'message-stream'
  | 'message-tools'
  | 'count-tokens'
  | 'cached-prompt'
  | 'message-errors'
  | 'embedded-message'
  | 'embedded-model'
  | 'suite-completions'
  | 'suite-messages'
  | 'suite-models'
  | 'suite-batches'
  | 'suite-beta-batches'
  | 'suite-files'
  | 'suite-beta-files'
  | 'suite-skills'
  | 'suite-beta-skills'
  | 'skills'
  | 'suite-beta-messages'
  | 'suite-beta-models'
  | 'suite-organization'
  | 'suite-beta-organization'
  | 'organization'
  | 'faults'
  | 'recording'
  | 'reports'

/** A program that must be installed on the machine. */
export type Tool = 'python3' | 'npm' | 'go' | 'javac' | 'mvn'

/** A release of an official client, and the commands that install and run it. */
export interface OfficialClient {
  /** `python-0.75.0`; also the name of its folder in the cache. */
  readonly name: string
  readonly version: string
  /** This release's name in a request header, which proves that it was used; null where its program checks that, or calls itself nothing. */
  readonly calledItself: string | null
  readonly tools: readonly Tool[]
  /** The checks that its program must report, exactly. */
  readonly checks: readonly CheckName[]
  /**
   * Fetches the release from its registry into an empty folder. Arguments name no other folder, so that a cache can be shared
   * between checkouts.
   */
  install(folder: string): readonly Command[]
  /** Builds the program; empty for languages without a build. */
  build(folder: string): readonly Command[]
  /** How long one of its programs may take; that of most programs by default. */
  readonly programTimeoutMs?: number
  /** Run the checks. They print `ok <check>` or `not ok <check>: <reason>` for each. */
  programs(folder: string): readonly Command[]
}

/** The checks of every client with Messages. */
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

/** What users see of faults, and of what another client recorded. */
export const FAULT_CHECKS: readonly CheckName[] = ['faults', 'recording']

/** The checks that use a real model. */
export const EMBEDDED_CHECKS: ReadonlySet<CheckName> = new Set<CheckName>([
  'embedded-model',
  'embedded-message',
  'suite-completions',
  'suite-messages',
  'suite-models',
  'suite-batches',
  'suite-beta-batches',
  'suite-files',
  'suite-beta-files',
  'suite-skills',
  'suite-beta-skills',
  'skills',
  'suite-beta-messages',
  'suite-beta-models',
  'suite-organization',
  'suite-beta-organization',
  'organization',
  'reports',
])

/** The checks of every client with Text Completions. */
export const BASIC_CHECKS: readonly CheckName[] = [
  'create',
  'stream',
  'stop-sequence',
  'bad-request',
  'unauthorized',
  'overloaded',
  'embedded-model',
]

/** What is known of a program that calls itself by the names of the packages it is made of. */
export function unnamedClient(
  name: string,
  version: string,
  tools: readonly Tool[],
  checks: readonly CheckName[],
): Pick<OfficialClient, 'name' | 'version' | 'calledItself' | 'tools' | 'checks' | 'build'> {
  return { name: `${name}-${version}`, version, calledItself: null, tools, checks, build: () => [] }
}

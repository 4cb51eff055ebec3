import { type Command, InvalidArgumentError, Option } from 'commander'
import type { LlamaSection } from '../config/engine-sections.ts'

/** What the flags of every command that runs a model come to. */
export interface EngineFlags {
  readonly config?: string
  readonly model?: string
  readonly format?: 'auto' | 'raw' | 'chat'
  readonly sequences?: number
  readonly queue?: number
  readonly contextTokens?: number
  readonly seed?: number
  readonly minP?: number
  readonly threads?: number
  readonly kvCache?: 'auto' | 'unified' | 'per-sequence'
  readonly flashAttention?: 'auto' | 'on' | 'off'
}

/** Adds the flags that choose a model and how it runs. */
export function addEngineOptions(command: Command): Command {
  return command
    .option('--config <file>', 'a configuration file (also CONTINUO_CONFIG); flags go before it')
    .option('--model <file>', 'a GGUF file; without it the small model of this package answers')
    .addOption(
      new Option(
        '--format <format>',
        'how the model takes prompts: raw, the text verbatim; chat, its own template',
      ).choices(['auto', 'raw', 'chat']),
    )
    .option(
      '--sequences <count>',
      'requests that decode together (8, or as many as fit into memory)',
      wholeNumber,
    )
    .option('--queue <count>', 'requests that wait; one more is answered 529 (64)', wholeNumber)
    .option('--context-tokens <count>', 'most tokens of prompt and completion together', wholeNumber)
    .option(
      '--seed <number>',
      'the same text for the same request, alone or beside others; for this each request is decoded by itself and no prefix is reused, which costs speed',
      wholeNumber,
    )
    .option(
      '--min-p <share>',
      'never draw tokens less likely than this share of the likeliest (0.05)',
      shareNumber,
    )
    .option('--threads <count>', 'threads of the engine; measured at load without it', wholeNumber)
    .addOption(
      new Option('--kv-cache <layout>', 'one room for all sequences or one for each (per-sequence)').choices([
        'auto',
        'unified',
        'per-sequence',
      ]),
    )
    .addOption(
      new Option('--flash-attention <choice>', 'measured at load without it').choices(['auto', 'on', 'off']),
    )
}

/** The flags as a section of the configuration. */
export function engineSection(flags: EngineFlags): LlamaSection {
  const { flashAttention } = flags
  return {
    model: flags.model,
    format: flags.format,
    sequences: flags.sequences,
    queue: flags.queue,
    contextTokens: flags.contextTokens,
    seed: flags.seed,
    minP: flags.minP,
    threads: flags.threads,
    kvCache: flags.kvCache,
    flashAttention:
      flashAttention === undefined || flashAttention === 'auto' ? flashAttention : flashAttention === 'on',
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a whole number.')
  return Number(text)
}

/** Reads a flag's port. */
export function portNumber(text: string): number {
  const value = wholeNumber(text)
  if (value > 65_535) throw new InvalidArgumentError('A port is at most 65535.')
  return value
}

/** Reads a flag's number that cannot be 0. */
export function positiveNumber(text: string): number {
  const value = wholeNumber(text)
  if (value === 0) throw new InvalidArgumentError('It is at least 1.')
  return value
}

/** Reads a flag's number between 0 and 1. */
export function shareNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It is a number from 0 to 1.')
  return value
}

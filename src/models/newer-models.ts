import { type KnownModel, UNKNOWN_CREATION_DATE } from './known-model.ts'

const NAMES: Readonly<Record<string, string>> = {
  'claude-fable-5-2': 'Claude Fable 5.2',
  'claude-mythos-5-2': 'Claude Mythos 5.2',
  'claude-haiku-5-5': 'Claude Haiku 5.5',
  'claude-sonnet-5-5': 'Claude Sonnet 5.5',
  'claude-fable-5-1': 'Claude Fable 5.1',
  'claude-opus-5-5': 'Claude Opus 5.5',
  'claude-mythos-5-1': 'Claude Mythos 5.1',
  'claude-sonnet-5': 'Claude Sonnet 5',
  'claude-fable-5': 'Claude Fable 5',
  'claude-mythos-5': 'Claude Mythos 5',
  'claude-opus-5': 'Claude Opus 5',
  'claude-opus-4-8': 'Claude Opus 4.8',
  'claude-opus-4-7': 'Claude Opus 4.7',
  'claude-mythos-preview': 'Claude Mythos Preview',
  'claude-opus-4-6': 'Claude Opus 4.6',
  'claude-sonnet-4-6': 'Claude Sonnet 4.6',
}

/** The release dates that are known; all are older than those of the models before them. */
const RELEASE_DATES: Readonly<Record<string, string>> = {
  'claude-fable-5-2': '2026-11-09T00:00:00Z',
  'claude-mythos-5-2': '2026-11-09T00:00:00Z',
  'claude-opus-5-5': '2026-09-22T00:00:00Z',
}

/**
 * The models that are newer than the API's reference page, as the SDKs up to Python 2.13 and TypeScript 1.13 list them.
 * Their ids have no date and are not aliases; newest first.
 *
 * @see the SDKs' type `Model`
 */
export const NEWER_MODELS: readonly KnownModel[] = Object.entries(NAMES).map(([id, displayName]) => ({
  id,
  displayName,
  createdAt: RELEASE_DATES[id] ?? UNKNOWN_CREATION_DATE,
  endOfLife: id === 'claude-mythos-preview' ? '2026-06-30' : null,
  aliases: [],
  api: 'messages',
}))

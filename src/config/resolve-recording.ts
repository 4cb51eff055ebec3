import { resolve } from 'node:path'
import {
  RECORDING_SCHEMA,
  type RecordingMode,
  type RecordingSection,
  type RecordingSettings,
} from '../recordings/settings.ts'
import type { ReplayEngineConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { EngineSection } from './config-schema.ts'
import { describeIssue } from './describe-issue.ts'
import type { Environment } from './resolve-upstream.ts'

/** The section of an engine that only plays recordings. */
type ReplaySection = Extract<EngineSection, { kind: 'replay' }>

/** What is known when a section is resolved. */
interface RecordingSources {
  /** Where relative paths of the file start. */
  readonly folder: string
  readonly environment: Environment
  /** What a program sets; it takes precedence. Its paths start at the current folder. */
  readonly given?: Partial<RecordingSection> | undefined
}

/** The section `recording` of an engine; null if there is none. */
export function resolveRecording(
  section: RecordingSection | undefined,
  { folder, environment, given }: RecordingSources,
): { readonly mode: RecordingMode; readonly settings: RecordingSettings } | null {
  const asked = modeIn(environment)
  if (section === undefined && given === undefined) return null
  const own = section === undefined ? {} : { ...section, folder: resolve(folder, section.folder) }
  const result = RECORDING_SCHEMA.safeParse({
    ...own,
    ...(asked === undefined ? {} : { mode: asked }),
    ...given,
  })
  if (!result.success) {
    const [issue] = result.error.issues
    throw new ConfigError(`${issue && describeIssue(issue, ['recording', ...issue.path])}.`)
  }
  const { mode, ...settings } = result.data
  return { mode, settings: { ...settings, folder: resolve(settings.folder) } }
}

/** The section of an engine of the kind `replay`. */
export function resolveReplay({ kind: _, ...settings }: ReplaySection, folder: string): ReplayEngineConfig {
  return { kind: 'replay', settings: { ...settings, folder: resolve(folder, settings.folder) } }
}

function modeIn({ CONTINUO_RECORDING: mode }: Environment): RecordingMode | undefined {
  if (mode === undefined || mode === '') return undefined
  const result = RECORDING_SCHEMA.shape.mode.safeParse(mode)
  if (result.success) return result.data
  throw new ConfigError(`CONTINUO_RECORDING is "${mode}": use "replay", "record" or "record-missing".`)
}

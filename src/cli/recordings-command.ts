import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { startContinuo } from '../open-continuo.ts'
import { askAgain } from '../recordings/ask-again.ts'
import { findDrift } from '../recordings/find-drift.ts'
import { RecordingFolder, type StoredRecording } from '../recordings/recording-folder.ts'
import { RECORDING_SCHEMA, type RecordingSettings } from '../recordings/settings.ts'
import { addConfigOption } from './engine-options.ts'
import { EXIT_FAILURE } from './explain-error.ts'
import { driftTable, recordingTable } from './recording-table.ts'
import { writeOutput } from './write-output.ts'

interface FolderFlags {
  readonly folder?: string
  readonly config?: string
  readonly engine?: string
}

interface CheckFlags extends FolderFlags {
  readonly maxAgeDays?: string
}

const DAY_MS = 86_400_000

/** `continuo recordings …`: the recordings of a folder. */
export function recordingsCommand(): Command {
  const list = new Command('list').description('List the recordings of a folder')
  const show = new Command('show')
    .description('Print a recording')
    .argument('<name>', 'The name of its file, as "list" prints it, or the start of it')
  const redact = new Command('redact').description(
    'Apply the patterns of "redact" to the files of a folder again, also those that were added since',
  )
  const check = new Command('check')
    .description(
      'Send the recorded requests to the engine again, and compare kinds of responses, never words. The exit code is 1 if they differ',
    )
    .option('--max-age-days <days>', 'Also report recordings that are older')
  return new Command('recordings')
    .description('List, show, redact and check recordings')
    .addCommand(addFolderOptions(list).action(listRecordings))
    .addCommand(addFolderOptions(show).action(showRecording))
    .addCommand(addFolderOptions(redact).action(redactRecordings))
    .addCommand(addFolderOptions(check).action(checkRecordings))
}

function addFolderOptions(command: Command): Command {
  return addConfigOption(
    command
      .option('--folder <folder>', 'The folder, in place of that of the configuration file')
      .option(
        '--engine <name>',
        'The engine whose section "recording" counts; by default the default engine',
      ),
  )
}

async function listRecordings(flags: FolderFlags): Promise<void> {
  const folder = await openFolder(settingsOf(flags))
  await writeOutput(recordingTable(folder.all))
}

async function showRecording(name: string, flags: FolderFlags): Promise<void> {
  const folder = await openFolder(settingsOf(flags))
  const found = folder.all.filter((stored) => stored.name.startsWith(name))
  const exact = found.find((stored) => stored.name === name) ?? found[0]
  if (exact === undefined) throw new ConfigError(`${folder.path} has no recording "${name}".`)
  if (found.length > 1 && exact.name !== name) {
    throw new ConfigError(`"${name}" is the start of ${found.length} names: ${namesOf(found)}.`)
  }
  await writeOutput(await readFile(join(folder.path, exact.name), 'utf8'))
}

function namesOf(found: readonly StoredRecording[]): string {
  return found
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ')
}

async function redactRecordings(flags: FolderFlags): Promise<void> {
  const folder = await openFolder(settingsOf(flags))
  let changed = 0
  for (const stored of folder.all) {
    const { recording, name } = stored
    const before = await readFile(join(folder.path, name), 'utf8')
    const response = recording.response && (await folder.normalizer.redacted(recording.response))
    // The request was redacted when it was read.
    const redacted = { ...recording, response }
    if (folder.textOf(redacted) === before) continue
    changed += 1
    const { name: newName } = await folder.add(redacted)
    if (newName !== name) await folder.remove([stored])
    await writeOutput(`${newName}\n`)
  }
  await writeOutput(`${changed} of ${folder.all.length} recordings changed.\n`)
}

async function checkRecordings(flags: CheckFlags): Promise<void> {
  const maxAgeDays = flags.maxAgeDays === undefined ? null : Number(flags.maxAgeDays)
  if (maxAgeDays !== null && !(maxAgeDays >= 0)) throw new ConfigError('--max-age-days is a number from 0.')
  const settings = settingsOf(flags)
  const folder = await openFolder(settings)
  const config = resolveConfig(
    { configPath: flags.config, logLevel: 'error', state: 'none' },
    {
      ...process.env,
      // The engine itself is asked, and nothing is recorded.
      CONTINUO_RECORDING: 'record-missing',
    },
  )
  const name = flags.engine ?? config.defaultEngine
  const engine = config.engines.get(name)
  if (engine === undefined || engine.kind === 'replay') {
    throw new ConfigError(
      `The engine "${name}" has no model that could be asked: name another with --engine.`,
    )
  }
  const { recording: _, ...alone } = engine
  const { continuo, loaded } = await startContinuo({
    ...config,
    engines: new Map([[name, alone]]),
    defaultEngine: name,
    models: new Map(),
  })
  try {
    await loaded
    const asked = continuo.engines.get(name)
    if (asked === undefined) throw new ConfigError(`There is no engine "${name}".`)
    const rows: { readonly name: string; readonly drift: readonly string[] }[] = []
    for (const stored of folder.all) {
      if (stored.recording.response === null) continue
      rows.push({ name: stored.name, drift: await driftOf(stored, asked, maxAgeDays) })
    }
    await writeOutput(driftTable(rows))
    if (rows.some(({ drift }) => drift.length > 0)) process.exitCode = EXIT_FAILURE
  } finally {
    await continuo.close()
  }
}

async function driftOf(
  { recording }: StoredRecording,
  engine: Parameters<typeof askAgain>[1],
  maxAgeDays: number | null,
): Promise<readonly string[]> {
  const { request, response, recordedAt } = recording
  const ageDays = Math.floor((Date.now() - Date.parse(recordedAt)) / DAY_MS)
  const old = maxAgeDays !== null && ageDays > maxAgeDays ? [`it is ${ageDays} days old`] : []
  const live = await askAgain(recording, engine, new AbortController().signal)
  if (live === null || response === null) return [...old, 'it holds a picture, and cannot be sent again']
  return [...old, ...findDrift(response, live, request.tools)]
}

function settingsOf({ folder, config: configPath, engine }: FolderFlags): RecordingSettings {
  const config = resolveConfig(
    { configPath, state: 'none' },
    // Keys of upstreams are not needed to read files.
    { ...process.env, CONTINUO_RECORDING: 'replay' },
  )
  const section = config.engines.get(engine ?? config.defaultEngine)
  const configured = section?.kind === 'replay' ? section.settings : null
  if (folder !== undefined) {
    return { ...(configured ?? RECORDING_SCHEMA.parse({ folder })), folder: resolve(folder) }
  }
  if (configured !== null) return configured
  throw new ConfigError(
    'No engine of the configuration is recorded: name the folder with --folder, or the engine with --engine.',
  )
}

async function openFolder(settings: RecordingSettings): Promise<RecordingFolder> {
  try {
    return await RecordingFolder.open(settings)
  } catch (error) {
    throw new ConfigError((error as Error).message)
  }
}

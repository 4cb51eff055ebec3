import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, totalmem } from 'node:os'
import { Command } from 'commander'
import { EngineLoadError } from '../completion/engine-load-error.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { findLlamaBuild } from '../engines/llama/find-llama-build.ts'
import { hubSettings } from '../model-files/hub-settings.ts'
import { installedModels } from '../model-files/installed-models.ts'
import { modelFolders } from '../model-files/model-folders.ts'
import { availableMemoryBytes } from '../util/available-memory.ts'
import { packageVersion } from '../util/package-version.ts'
import { amount } from './download-line.ts'
import { addConfigOption } from './engine-options.ts'
import { EXIT_FAILURE } from './explain-error.ts'
import { writeOutput } from './write-output.ts'

/** Where Linux shows that an NVIDIA driver is loaded. */
const NVIDIA_DRIVER = '/proc/driver/nvidia/version'

/** What was found of one thing. */
export interface Finding {
  readonly title: string
  readonly text: string
  /** Whether a server cannot run as it is. */
  readonly isProblem?: boolean
}

/** `continuo doctor`: what is found on this machine, and what hinders a server. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description(
    'Show what is found on this machine (libraries, processors, memory, models, the port), and what hinders a server',
  )
  return addConfigOption(command).action(examine)
}

async function examine({ config: configPath }: { readonly config?: string }): Promise<void> {
  const { host, port, state } = resolveConfig({ configPath, hasStateByDefault: true }, process.env)
  const findings: Finding[] = [
    {
      title: 'Continuo',
      text: `${packageVersion()} on Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    },
    llamaFinding(existsSync(NVIDIA_DRIVER)),
    { title: 'processors', text: String(availableParallelism()) },
    { title: 'memory', text: `${amount(totalmem())}, ${amount(availableMemoryBytes())} free` },
    modelsFinding(),
    { title: 'Hugging Face', text: hubText() },
    { title: 'state', text: printable(state.place) },
    await portFinding(host, port),
  ]
  await writeOutput(findingLines(findings))
  if (findings.some(({ isProblem }) => isProblem)) process.exitCode = EXIT_FAILURE
}

/** A line for each finding. */
export function findingLines(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ title }) => title.length))
  return findings
    .map(({ title, text, isProblem }) => `${isProblem ? '✗' : '✓'} ${title.padEnd(width)}  ${text}\n`)
    .join('')
}

/** @param hasNvidia whether the driver of a card is loaded */
export function llamaFinding(hasNvidia: boolean): Finding {
  try {
    const { name } = findLlamaBuild()
    const isUnused = hasNvidia && !/cuda|vulkan/.test(name)
    const advice = isUnused
      ? '; there is an NVIDIA card: README.md says how to install the build that uses it'
      : ''
    return { title: 'llama.cpp', text: `${name}${advice}` }
  } catch (error) {
    if (!(error instanceof EngineLoadError)) throw error
    return { title: 'llama.cpp', text: error.message, isProblem: true }
  }
}

function modelsFinding(): Finding {
  const count = installedModels(modelFolders(process.env)).length
  return {
    title: 'models',
    text: count === 0 ? 'none but the demonstration model' : `${count}; "continuo models" lists them`,
  }
}

function hubText(): string {
  const { endpoint, token, isOffline } = hubSettings(process.env)
  if (isOffline) return 'nothing is downloaded (HF_HUB_OFFLINE)'
  return `${printable(endpoint)}, ${token === null ? 'without a token (HF_TOKEN)' : 'with a token'}`
}

/** Without the password of an address. */
function printable(place: string): string {
  return place.replace(/(\/\/[^/:@]*):[^@/]*@/, '$1:…@')
}

function portFinding(host: string, port: number): Promise<Finding> {
  const title = 'port'
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const reason =
        code === 'EADDRINUSE'
          ? 'is in use: stop what uses it, or choose another one with --port'
          : `cannot be used (${code})`
      resolve({ title, text: `${host}:${port} ${reason}`, isProblem: true })
    })
    server.listen({ host, port }, () =>
      server.close(() => resolve({ title, text: `${host}:${port} is free` })),
    )
  })
}

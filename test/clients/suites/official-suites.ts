import { join } from 'node:path'
import type { CheckName, OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'
import type { Command } from '../run-command.ts'

/** A part of the suite of a client: a file or a folder of its `tests/api_resources`. */
interface SuitePart {
  readonly check: CheckName
  readonly path: string
}

const MESSAGES: readonly SuitePart[] = [
  { check: 'suite-messages', path: 'test_messages.py' },
  { check: 'suite-models', path: 'test_models.py' },
  { check: 'suite-beta-messages', path: 'beta/test_messages.py' },
  { check: 'suite-beta-models', path: 'beta/test_models.py' },
]

const COMPLETIONS: SuitePart = { check: 'suite-completions', path: 'test_completions.py' }

const RUN_SUITE = join(import.meta.dirname, 'run_suite.py')

/** What the suites import besides the client. */
const REQUIREMENTS = [
  ...['pytest', 'pytest-asyncio', 'respx', 'time-machine', 'dirty-equals', 'inline-snapshot'],
  ...['http-snapshot[httpx]==0.1.9', 'pytest-xdist', 'httpx-aiohttp', 'httpx2', 'opentelemetry-sdk'],
]

/**
 * The test suites of the Python client, which are in its source packages: the last release with Text Completions, and the
 * newest. Every test runs with the client's own checks of responses and without.
 */
export const OFFICIAL_SUITES: readonly OfficialClient[] = [
  pythonSuite('0.125.0', [COMPLETIONS, ...MESSAGES]),
  pythonSuite('2.14.0', MESSAGES),
]

function pythonSuite(version: string, parts: readonly SuitePart[]): OfficialClient {
  return {
    name: `suite-${version}`,
    version,
    calledItself: null,
    tools: ['python3'],
    checks: parts.map(({ check }) => check),
    install: (folder) => installSuite(folder, version),
    build: () => [],
    programs: (folder) =>
      parts.map(({ check, path }) => ({
        file: join(folder, 'venv', 'bin', 'python'),
        args: ['-B', '-X', 'utf8', RUN_SUITE, version, check, `tests/api_resources/${path}`],
        folder: join(folder, `anthropic-${version}`),
        env: programEnvironment(),
      })),
  }
}

/** The source package is unpacked beside the environment into which it is installed. */
function installSuite(folder: string, version: string): Command[] {
  const python = join(folder, 'venv', 'bin', 'python')
  const pip = [python, '-m', 'pip', '--quiet', '--no-input']
  const source = `anthropic-${version}`
  const commands = [
    ['python3', '-m', 'venv', join(folder, 'venv')],
    [...pip, 'download', '--no-deps', '--no-binary', ':all:', '--dest', folder, `anthropic==${version}`],
    ['tar', '-xzf', join(folder, `${source}.tar.gz`), '-C', folder],
    [...pip, 'install', join(folder, source), ...REQUIREMENTS],
  ]
  return commands.map(([file = '', ...args]) => ({ file, args, folder }))
}

import { join } from 'node:path'
import type { CheckName, OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'
import type { Command } from '../run-command.ts'

/** A part of the suite of a client. */
interface SuitePart {
  readonly check: CheckName
  /** Files of its `tests/api_resources`; none for a program of our own. */
  readonly paths: readonly string[]
  readonly program?: string
  /** The server that it runs against, as programs know it. */
  readonly server: 'suiteUrl' | 'organizationUrl'
}

const MESSAGES: readonly SuitePart[] = [
  { check: 'suite-messages', paths: ['test_messages.py'], server: 'suiteUrl' },
  { check: 'suite-models', paths: ['test_models.py'], server: 'suiteUrl' },
  { check: 'suite-beta-messages', paths: ['beta/test_messages.py'], server: 'suiteUrl' },
  { check: 'suite-beta-models', paths: ['beta/test_models.py'], server: 'suiteUrl' },
  { check: 'suite-batches', paths: ['messages/test_batches.py'], server: 'suiteUrl' },
  { check: 'suite-beta-batches', paths: ['beta/messages/test_batches.py'], server: 'suiteUrl' },
  { check: 'suite-files', paths: ['test_files.py'], server: 'suiteUrl' },
  { check: 'suite-beta-files', paths: ['beta/test_files.py'], server: 'suiteUrl' },
  { check: 'suite-skills', paths: ['test_skills.py', 'skills/test_versions.py'], server: 'suiteUrl' },
  {
    check: 'suite-beta-skills',
    paths: ['beta/test_skills.py', 'beta/skills/test_versions.py'],
    server: 'suiteUrl',
  },
  { check: 'skills', paths: [], program: 'use_skills.py', server: 'suiteUrl' },
]

const COMPLETIONS: SuitePart = {
  check: 'suite-completions',
  paths: ['test_completions.py'],
  server: 'suiteUrl',
}

/** What the Admin API has of both namespaces. */
const ORGANIZATION_FILES = [
  'test_organization.py',
  'organization/test_users.py',
  'organization/test_invites.py',
  'organization/test_workspaces.py',
  'organization/workspaces/test_members.py',
  'organization/workspaces/test_service_accounts.py',
  'organization/test_api_keys.py',
  'organization/test_service_accounts.py',
  'organization/service_accounts/test_workspaces.py',
  'organization/test_rate_limits.py',
  'organization/workspaces/test_rate_limits.py',
  'organization/spend_limits/test_effective.py',
]

/** Reports and the limits of money are in the beta namespace only. */
const BETA_FILES = [
  'organization/analytics/test_usage.py',
  'organization/analytics/test_cost.py',
  'organization/test_spend_limits.py',
]

const ORGANIZATION: readonly SuitePart[] = [
  { check: 'suite-organization', paths: ORGANIZATION_FILES, server: 'organizationUrl' },
  {
    check: 'suite-beta-organization',
    paths: [...ORGANIZATION_FILES, ...BETA_FILES].map((path) => `beta/${path}`),
    server: 'organizationUrl',
  },
  { check: 'reports', paths: [], program: 'read_reports.py', server: 'organizationUrl' },
]

/** Each program runs a hundred tests or more. */
const PROGRAM_TIMEOUT_MS = 300_000

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
  pythonSuite('2.14.0', [...MESSAGES, ...ORGANIZATION]),
]

function pythonSuite(version: string, parts: readonly SuitePart[]): OfficialClient {
  return {
    name: `suite-${version}`,
    version,
    calledItself: null,
    tools: ['python3'],
    checks: parts.map(({ check }) => check),
    programTimeoutMs: PROGRAM_TIMEOUT_MS,
    install: (folder) => installSuite(folder, version),
    build: () => [],
    programs: (folder) =>
      parts.map(({ check, paths, server, program = 'run_suite.py' }) => ({
        file: join(folder, 'venv', 'bin', 'python'),
        args: [
          ...['-B', '-X', 'utf8', join(import.meta.dirname, program), version, check, server],
          ...paths.map((path) => `tests/api_resources/${path}`),
        ],
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

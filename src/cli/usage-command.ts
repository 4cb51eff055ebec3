import { Command, InvalidArgumentError, Option } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { readUsageTable, TABLE_GROUPS, type TableGroup } from '../usage/usage-table.ts'
import { addStateOptions, configOfState, openCommandState, type StateFlags } from './open-command-state.ts'
import { usageCsv, usageJson, usageTable } from './usage-text.ts'
import { writeOutput } from './write-output.ts'

const DAY_MS = 86_400_000
/** How many days a table covers without `--from`. */
const DEFAULT_DAYS = 7

interface UsageFlags extends StateFlags {
  readonly by: readonly TableGroup[]
  readonly from?: number
  readonly to?: number
  readonly json?: boolean
  readonly csv?: boolean
}

/** `continuo usage`: what requests have used and cost. */
export function usageCommand(): Command {
  const command = new Command('usage')
    .description('Print what requests have used and cost, from the state of a server')
    .addOption(
      new Option('--by <names>', 'A row for each of these: day, model, key, workspace')
        .argParser(parseGroups)
        .default(['day', 'model'] satisfies TableGroup[], 'day,model'),
    )
    .addOption(
      new Option('--from <day>', 'The first day, in UTC, as 2026-11-30. By default a week ago').argParser(
        parseDay,
      ),
    )
    .addOption(new Option('--to <day>', 'The last day, in UTC. By default today').argParser(parseDay))
    .addOption(new Option('--json', 'Print JSON, with exact costs').conflicts('csv'))
    .addOption(new Option('--csv', 'Print CSV, with exact costs'))
  return addStateOptions(command).action(printUsage)
}

async function printUsage({ by, from, to, json, csv, ...flags }: UsageFlags): Promise<void> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const last = to ?? today
  const first = from ?? last - (DEFAULT_DAYS - 1) * DAY_MS
  if (first > last) throw new ConfigError('--from is a day after --to.')
  const state = await openCommandState(
    configOfState(flags).state.place,
    'ask the server, by GET /v1/organizations/usage_report/messages',
  )
  try {
    const rows = await readUsageTable(state, { from: first, to: last + DAY_MS, by })
    const format = json === true ? usageJson : csv === true ? usageCsv : usageTable
    await writeOutput(format(rows, by))
  } finally {
    await state.close()
  }
}

function parseGroups(text: string): TableGroup[] {
  const groups = [...new Set(text.split(','))].map((name) => {
    const group = TABLE_GROUPS.find((known) => known === name.trim())
    if (group === undefined) throw new InvalidArgumentError(`Use some of ${TABLE_GROUPS.join(', ')}.`)
    return group
  })
  return TABLE_GROUPS.filter((group) => groups.includes(group))
}

function parseDay(text: string): number {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(text))
    throw new InvalidArgumentError('Use a day, as 2026-11-30.')
  return day
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { CONFIG_SCHEMA } from '../src/config/config-schema.ts'
import { describeMetrics } from '../src/metrics/metrics.ts'
import { settingsPage } from './settings-page.ts'

/** The generated files: path from the root, and content. */
export function referenceFiles(): ReadonlyMap<string, string> {
  const schema = z.toJSONSchema(CONFIG_SCHEMA, { target: 'draft-7', io: 'input' })
  return new Map([
    ['docs/reference/config.schema.json', `${JSON.stringify(schema, null, 2)}\n`],
    ['docs/reference/settings.md', settingsPage()],
    ['docs/reference/metrics.md', metricsPage()],
  ])
}

function metricsPage(): string {
  const rows = describeMetrics().map(({ name, type, labelNames, help }) => {
    const labels = labelNames.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${labels} | ${help.replace(/\.$/, '')} |`
  })
  return [
    '# Metrics',
    '',
    'The metrics of `GET /metrics`. Generated from the sources by `npm run reference`;',
    '[observability/](../observability/README.md) explains how to read them.',
    '',
    '| name | type | labels | meaning |',
    '| ---- | ---- | ------ | ------- |',
    ...rows,
    '',
  ].join('\n')
}

/** The files that are missing or out of date. */
export function staleReferenceFiles(root: URL): string[] {
  return [...referenceFiles()]
    .filter(([path, content]) => readIfThere(new URL(path, root)) !== content)
    .map(([path]) => path)
}

function readIfThere(path: URL): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../', import.meta.url)
  for (const [path, content] of referenceFiles()) {
    const file = fileURLToPath(new URL(path, root))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    process.stdout.write(`${path}\n`)
  }
}

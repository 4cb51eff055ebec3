import * as z from 'zod'
import { serveCommand } from '../src/cli/serve-command.ts'
import { CONFIG_SCHEMA } from '../src/config/config-schema.ts'

/** The parts of a JSON schema that the page shows. */
interface SettingSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: string
  readonly properties?: Readonly<Record<string, SettingSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: SettingSchema
  readonly oneOf?: readonly SettingSchema[]
  readonly anyOf?: readonly SettingSchema[]
}

/** Settings with sections of their own. */
const SECTIONS = ['metrics', 'rules', 'engines']

const flags = new Map(serveCommand().options.map((option) => [option.attributeName(), option.long ?? '']))

/** The page of all settings, made from the schema of the configuration file. */
export function settingsPage(): string {
  const { properties = {} } = z.toJSONSchema(CONFIG_SCHEMA, { io: 'input' }) as SettingSchema
  const server = Object.entries(properties).filter(([name]) => name !== '$schema' && !SECTIONS.includes(name))
  const engines = properties.engines?.additionalProperties
  const kinds = engines?.oneOf ?? engines?.anyOf ?? []
  return [
    '# Settings',
    '',
    'All settings of the configuration file, with the flags of `continuo serve` that set them too. Generated from the sources by `npm run reference`;',
    '[configuration](../configuration.md) explains how to use them.',
    '',
    '## Server',
    '',
    ...table(server, ''),
    ...['metrics', 'rules'].flatMap((name) => section(`\`${name}\``, properties[name], name)),
    ...kinds.flatMap(engineSection),
  ].join('\n')
}

function engineSection(kind: SettingSchema): string[] {
  const name = kind.properties?.kind?.const ?? ''
  return section(`\`engines\` of the kind \`"${name}"\``, kind, name === 'llama' ? '' : name)
}

function section(
  title: string,
  { properties = {}, required = [], description }: SettingSchema = {},
  path: string,
): string[] {
  const { kind, ...others } = properties
  const text = description ?? kind?.description
  return [
    `## ${title}`,
    '',
    ...(text === undefined ? [] : [text, '']),
    ...table(Object.entries(others), path, required),
  ]
}

function table(
  settings: readonly [string, SettingSchema][],
  path: string,
  required: readonly string[] = [],
): string[] {
  const rows = settings.map(([name, setting]) => {
    const flag = flagOf(path === '' ? name : `${path}${name[0]?.toUpperCase()}${name.slice(1)}`, setting)
    const byDefault = required.includes(name) ? 'required' : defaultOf(setting)
    return `| \`${name}\` | ${flag} | ${byDefault} | ${setting.description ?? ''} |`
  })
  return ['| setting | flag | default | meaning |', '| ------- | ---- | ------- | ------- |', ...rows, '']
}

/** A list is a flag in the singular, which can be repeated. */
function flagOf(name: string, { type }: SettingSchema): string {
  const flag = flags.get(type === 'array' ? name.replace(/s$/, '') : name)
  return flag === undefined ? '' : `\`${flag}\``
}

function defaultOf({ default: value }: SettingSchema): string {
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``
}

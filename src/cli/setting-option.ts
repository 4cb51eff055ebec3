import { InvalidArgumentError, Option } from 'commander'
import * as z from 'zod'
import { describeIssue } from '../config/describe-issue.ts'

/** The parts of a JSON schema that a flag's help needs. */
interface SettingSchema {
  readonly description?: string
  readonly type?: string
  readonly anyOf?: readonly SettingSchema[]
  readonly enum?: readonly string[]
  readonly default?: unknown
}

/**
 * An option for a setting. Its name is the setting's in kebab-case; description, default and accepted values are those
 * of the schema.
 *
 * @param placeholder what the help calls a text
 */
export function settingOption(name: string, schema: z.ZodType, placeholder = 'text'): Option {
  const setting = z.toJSONSchema(schema, { io: 'input' }) as SettingSchema
  const description = (setting.description ?? '').replace(/\.$/, '')
  // Not commander's own default, which would count as given.
  const byDefault = setting.default === undefined ? '' : ` (default: ${flagText(setting.default)})`
  if (setting.type === 'array') return listOption(name, schema, description, placeholder)
  const short = SHORT_FLAGS[name] === undefined ? '' : `${SHORT_FLAGS[name]}, `
  const flags = `${short}--${kebabCase(name)} <${placeholderOf(setting, placeholder)}>`
  return new Option(flags, description + byDefault).argParser(readFlag(schema)).env(settingVariable(name))
}

/** Flags that are written often, as llama.cpp's programs abbreviate them. */
const SHORT_FLAGS: Readonly<Record<string, string>> = {
  model: '-m',
  contextWindowTokens: '-c',
  threads: '-t',
}

/** The environment variable of a flag, such as `CONTINUO_MAX_SEQUENCES`. */
export function settingVariable(name: string): string {
  return `CONTINUO_${kebabCase(name).replaceAll('-', '_').toUpperCase()}`
}

/** The name of the property under which commander keeps the value of a setting's flag. */
export function flagProperty(name: string, schema: z.ZodType): string {
  const { type } = z.toJSONSchema(schema, { io: 'input' }) as SettingSchema
  return type === 'array' ? singular(name) : name
}

/** A list is a flag in the singular that can be repeated. */
function listOption(name: string, schema: z.ZodType, description: string, placeholder: string): Option {
  const read = readFlag(schema as z.ZodType<readonly unknown[]>)
  return new Option(
    `--${kebabCase(singular(name))} <${placeholder}>`,
    `${description}; repeatable`,
  ).argParser((text, before: readonly unknown[] | undefined) => [...(before ?? []), ...read([text])])
}

function singular(name: string): string {
  return name.replace(/s$/, '')
}

/** A parser for the text after a flag, by the schema of its value. */
export function readFlag<Schema extends z.ZodType>(
  schema: Schema,
): (text: string | readonly string[]) => z.infer<Schema> {
  return (text) => {
    let problem = ''
    for (const candidate of typeof text === 'string' ? candidates(text) : [text]) {
      const result = schema.safeParse(candidate)
      if (result.success) return result.data
      const [issue] = result.error.issues
      if (issue !== undefined) problem = describeIssue(issue)
    }
    throw new InvalidArgumentError(`${flagWords(problem)}.`)
  }
}

/** A flag has on and off for the true and false of a file. */
function flagWords(problem: string): string {
  return problem
    .replace(/^it/, 'It')
    .replace('true or false or', 'on, off or')
    .replace('true or false', 'on or off')
}

/** The values that a text can mean; the likeliest comes last, so that its error is the one to read. */
function candidates(text: string): unknown[] {
  if (text === 'on' || text === 'off') return [text, text === 'on']
  return /^\d*\.?\d+$/.test(text) ? [text, Number(text)] : [text]
}

function placeholderOf({ type, anyOf, enum: choices }: SettingSchema, placeholder: string): string {
  if (anyOf?.[0]) return placeholderOf(anyOf[0], placeholder)
  if (choices) return 'value'
  if (type === 'boolean') return 'on|off'
  return type === 'string' ? placeholder : 'number'
}

function flagText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return String(value)
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

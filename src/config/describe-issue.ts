import type * as z from 'zod'

/** Names of types, for people. */
const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const FORMATS: Readonly<Record<string, string>> = {
  url: 'an address like "http://host:port"',
  uuid: 'a UUID',
}

/** What is wrong with a setting, without its value, which may be a secret: `port must be at most 65535`. */
export function describeIssue(issue: z.core.$ZodIssue, path: readonly PropertyKey[] = issue.path): string {
  const nearest = nearestAlternative(issue)
  if (nearest !== undefined) return describeIssue(nearest, [...path, ...nearest.path])
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `"${key}"`).join(', ')
    return `there is no setting ${names}${path.length > 0 ? ` in ${placeOf(path)}` : ''}`
  }
  const place = path.length > 0 ? placeOf(path) : 'it'
  return isMissing(issue) ? `${place} is missing` : `${place} must ${expectationOf(issue)}`
}

/** Of alternatives, the one that accepts the type of the value and refuses a part of it. */
function nearestAlternative(issue: z.core.$ZodIssue): z.core.$ZodIssue | undefined {
  if (issue.code !== 'invalid_union') return undefined
  return issue.errors.flat().find(({ path }) => path.length > 0)
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return `be at most ${issue.maximum}`
    case 'too_small':
      return issue.origin === 'number' ? `be at least ${issue.minimum}` : 'not be empty'
    default:
      return `be ${typeOf(issue)}`
  }
}

function typeOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected
    case 'invalid_value':
      return oneOf(texts(issue.values))
    case 'invalid_format':
      return FORMATS[issue.format] ?? issue.format
    case 'invalid_union':
      return unionType(issue)
    default:
      return issue.message
  }
}

function unionType(issue: z.core.$ZodIssueInvalidUnion): string {
  if ('options' in issue && issue.options !== undefined) return oneOf(texts(issue.options))
  const alternatives = issue.errors.flatMap((issues) => issues[0] ?? [])
  return oneOf([...new Set(alternatives.map(typeOf))])
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => value !== undefined).map((value) => JSON.stringify(value))
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
}

function oneOf(choices: readonly string[]): string {
  const last = choices.at(-1) ?? ''
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`
}

/** As in JavaScript: `engines.a.baseUrls[0]`. */
function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
}

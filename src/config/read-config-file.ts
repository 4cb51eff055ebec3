import { readFileSync } from 'node:fs'
import { findJsonDefect } from '../wire/json-defect.ts'
import { ConfigError } from './config-error.ts'
import { CONFIG_SCHEMA, type ConfigFile } from './config-schema.ts'
import { describeIssue } from './describe-issue.ts'

/**
 * Reads a configuration file and fills in the defaults.
 *
 * @throws ConfigError when it cannot be read, is not JSON, or has a setting that is unknown or out of range
 */
export function readConfigFile(path: string): ConfigFile {
  const result = CONFIG_SCHEMA.safeParse(parseJson(readText(path), path))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new ConfigError(`The configuration file ${path} is wrong: ${issue && describeIssue(issue)}.`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`The configuration file ${path} cannot be read: ${(error as Error).message}`)
  }
}

/** The parser's own message quotes the text, which may contain a key, so it is not passed on. */
function parseJson(fileText: string, path: string): unknown {
  const text = fileText.replace(/^\ufeff/, '')
  try {
    return JSON.parse(text)
  } catch {
    const { reason, index } = findJsonDefect(text) ?? { reason: 'unexpected character', index: 0 }
    const before = text.slice(0, index).split('\n')
    const place = `line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1}`
    throw new ConfigError(`The configuration file ${path} is not JSON: ${reason}: ${place}`)
  }
}

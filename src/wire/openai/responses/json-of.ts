import { asciiJson } from '../../server-sent-event.ts'

/**
 * The JSON of an object, of which some values are JSON already: the events at the end of a stream repeat texts that were
 * sent before, and nothing is escaped twice.
 */
export function jsonOf(fields: object, written: Readonly<Record<string, string>> = {}): string {
  let json = asciiJson(fields).slice(0, -1)
  for (const [name, value] of Object.entries(written)) json += `${json === '{' ? '' : ','}"${name}":${value}`
  return `${json}}`
}

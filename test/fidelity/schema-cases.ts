import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject } from '../../src/util/json-object.ts'

/** A schema and values of which is known whether they fit it. */
export interface SchemaCase {
  readonly name: string
  readonly schema: unknown
  readonly instances: readonly SchemaInstance[]
}

export interface SchemaInstance {
  readonly name: string
  readonly value: unknown
  readonly isValid: boolean
}

const DRAFTS = ['draft4', 'draft6', 'draft7', 'draft2019-09', 'draft2020-12']
/** Of the optional tests, formats are about schemas that say what a string looks like. */
const FOLDERS = ['', 'optional/format']

/** The cases of JSON-Schema-Test-Suite: each file is a list of schemas with their tests. */
export function* suiteCases(folder: string): Generator<SchemaCase> {
  for (const draft of DRAFTS) {
    for (const part of FOLDERS) {
      for (const file of jsonFiles(join(folder, draft, part))) {
        for (const group of listOf(readJson(join(folder, draft, part, file)))) {
          const name = `${join(draft, part, file)}: ${textOf(group.description)}`
          yield { name, schema: group.schema, instances: instancesOf(group.tests) }
        }
      }
    }
  }
}

/** The cases of MaskBench: each file of its folder `data` is one schema with its tests. */
export function* maskBenchCases(folder: string): Generator<SchemaCase> {
  for (const file of jsonFiles(folder)) {
    const found = readJson(join(folder, file))
    if (!isJsonObject(found) || found.schema === undefined) continue
    yield { name: file, schema: found.schema, instances: instancesOf(found.tests) }
  }
}

function instancesOf(tests: unknown): SchemaInstance[] {
  return listOf(tests).map(({ description, data, valid }) => ({
    name: textOf(description),
    value: data,
    isValid: valid === true,
  }))
}

function jsonFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as structs from '../src/engines/llama/llama-cpp/llama-structs.ts'
import { reportViolations } from './report-violations.ts'

/** The structs that the engine declares, with their names in C. */
const DECLARED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  llama_model_params: structs.MODEL_PARAMS,
  llama_context_params: structs.CONTEXT_PARAMS,
  llama_batch: structs.BATCH,
  llama_sampler_chain_params: structs.SAMPLER_CHAIN_PARAMS,
  llama_token_data: structs.TOKEN_DATA,
  llama_token_data_array: structs.TOKEN_DATA_ARRAY,
  ggml_threadpool_params: structs.THREADPOOL_PARAMS,
}

/** C types as in the declarations; an enum is an int, and all pointers are alike. */
const TYPES: Readonly<Record<string, string>> = {
  int: 'int',
  int32_t: 'int32',
  int64_t: 'int64',
  llama_token: 'int32',
  uint32_t: 'uint32',
  size_t: 'size_t',
  float: 'float',
  bool: 'bool',
  llama_progress_callback: 'void*',
  ggml_abort_callback: 'void*',
  ggml_backend_sched_eval_callback: 'void*',
}

/** The differences between the engine's declarations and the headers of a llama.cpp release. */
export function findStructDifferences(headers: string): string[] {
  const differences: string[] = []
  for (const [name, declared] of Object.entries(DECLARED)) {
    const found = readStruct(headers, name)
    if (found === null) {
      differences.push(`${name}: no header defines it`)
      continue
    }
    const expected = Object.entries(declared).map(([field, type]) => `${field}: ${type}`)
    for (let index = 0; index < Math.max(expected.length, found.length); index++) {
      if (expected[index] === found[index]) continue
      differences.push(
        `${name}, field ${index + 1}: the header has ${found[index] ?? 'nothing'}, declared is ${expected[index] ?? 'nothing'}`,
      )
      break
    }
  }
  return differences
}

/** The fields of a struct in order, each `name: type`. */
function readStruct(headers: string, name: string): string[] | null {
  const body = new RegExp(`struct ${name} \\{([^}]*)\\}`).exec(withoutComments(headers))?.[1]
  if (body === undefined) return null
  return body
    .split(';')
    .map((field) => field.trim())
    .filter((field) => field !== '')
    .map(readField)
}

function readField(field: string): string {
  const [, type = '', name = '', length] = /^(.*?[\s*])(\w+)(?:\[(\w+)\])?$/s.exec(field) ?? []
  const plain = type.replace(/\b(const|struct|enum)\b/g, '').trim()
  if (length !== undefined) return `${name}: ${plain}[512]`
  if (plain.includes('*')) return `${name}: void*`
  if (/\benum\b/.test(type)) return `${name}: int`
  return `${name}: ${TYPES[plain] ?? (plain.endsWith('_t') ? 'void*' : plain)}`
}

function withoutComments(source: string): string {
  return source.replace(/\/\*.*?\*\//gs, '').replace(/\/\/[^\n]*/g, '')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const paths = process.argv.slice(2)
  if (paths.length === 0) throw new Error('Usage: check-llama-structs.ts include/llama.h ggml/include/ggml.h')
  reportViolations(
    'llama structs',
    findStructDifferences(paths.map((path) => readFileSync(path, 'utf8')).join('\n')),
  )
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { encodeGguf, type GgufMetadata } from '../../test/gguf/encode-gguf.ts'
import { installedModelTable } from './installed-model-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-model-table-'))
afterAll(() => rmSync(folder, { recursive: true }))

function lineOf(metadata: readonly GgufMetadata[] | null, memoryBytes = 1e9): string[] {
  const path = join(folder, 'model')
  writeFileSync(path, metadata === null ? 'no GGUF' : encodeGguf(metadata, []))
  const table = installedModelTable(
    [{ reference: 'ollama:a', name: 'a', path, holder: 'Ollama' }],
    memoryBytes,
  )
  const [titles, line = ''] = table.trimEnd().split('\n')
  expect(titles).toMatch(/^MODEL +SIZE +QUANTIZATION +FAMILY +WINDOW +FITS +KEPT BY$/)
  return line.split(/ {2,}/)
}

const FACTS: readonly GgufMetadata[] = [
  ['general.architecture', { text: 'tiny' }],
  ['general.file_type', { u32: 15 }],
  ['tiny.context_length', { u32: 32_768 }],
  ['tiny.block_count', { u32: 10 }],
  ['tiny.embedding_length', { u32: 512 }],
  ['tiny.attention.head_count', { u32: 8 }],
]

it('a line says what the file of a model says', () => {
  expect(lineOf(FACTS)).toEqual(['ollama:a', '0 kB', 'Q4_K_M', 'tiny', '32,768', 'yes', 'Ollama'])
})

it('a line says how much memory a model needs that does not fit', () => {
  expect(lineOf(FACTS, 167_000_000)[5]).toBe('needs 168 MB')
  expect(lineOf(FACTS, 169_000_000)[5]).toBe('yes')
})

it('a line says what its file does not', () => {
  expect(lineOf([])).toEqual(['ollama:a', '0 kB', '?', '?', '?', 'yes', 'Ollama'])
  expect(lineOf(null)).toEqual(['ollama:a', '?', '?', '?', '?', 'no GGUF file', 'Ollama'])
})

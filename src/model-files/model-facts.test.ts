import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeGguf, type GgufMetadata } from '../../test/gguf/encode-gguf.ts'
import { modelFacts, neededBytes } from './model-facts.ts'

function factsOf(metadata: readonly GgufMetadata[], name = 'm.gguf') {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-facts-'))
  try {
    writeFileSync(join(folder, name), encodeGguf(metadata, []))
    return modelFacts(join(folder, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('modelFacts', () => {
  it('reads family, quantization, window and the size of keys and values', () => {
    const facts = factsOf([
      ['general.architecture', { text: 'tiny' }],
      ['general.file_type', { u32: 15 }],
      ['tiny.context_length', { u32: 32_768 }],
      ['tiny.block_count', { u32: 10 }],
      ['tiny.embedding_length', { u32: 512 }],
      ['tiny.attention.head_count', { u32: 8 }],
      ['tiny.attention.head_count_kv', { i32s: [2, 0, 1] }],
    ])
    expect(facts).toMatchObject({
      family: 'tiny',
      quantization: 'Q4_K_M',
      trainedContextTokens: 32_768,
      kvCacheBytesPerToken: 10 * 2 * (64 + 64) * 2,
    })
    if (facts) expect(neededBytes(facts)).toBe(facts.sizeBytes + 8192 * 5120)
  })

  it('takes the quantization of the name where the file does not say it', () => {
    expect(
      factsOf([['general.architecture', { text: 'tiny' }]], 'big-IQ2_XS-00001-of-00001.gguf'),
    ).toMatchObject({
      quantization: 'IQ2_XS',
      trainedContextTokens: null,
      kvCacheBytesPerToken: null,
    })
  })

  it('is null for another file', () => {
    expect(modelFacts(new URL(import.meta.url).pathname)).toBeNull()
    expect(modelFacts('/nowhere.gguf')).toBeNull()
  })
})

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type GgufMetadata, ggufHeader } from '../../../../test/gguf/encode-gguf.ts'
import { checkModelFile } from './check-model-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'check-model-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ARCHITECTURE: GgufMetadata = ['general.architecture', { text: 'llama' }]

function write(name: string, metadata: readonly GgufMetadata[]): string {
  const path = join(folder, name)
  writeFileSync(path, ggufHeader(metadata, []))
  return path
}

function part(index: number, count: number): GgufMetadata[] {
  return [
    ['split.no', { u32: index }],
    ['split.count', { u32: count }],
  ]
}

describe('checkModelFile', () => {
  it('returns the architecture, also after values of every other type', () => {
    const others: GgufMetadata[] = [
      ['a', { texts: ['x', 'y'] }],
      ['b', { f32s: [1, 2] }],
      ['c', { flag: true }],
      ['d', { f32: 1 }],
      ['e', { u32: 1 }],
    ]
    expect(checkModelFile(write('model.gguf', [...others, ARCHITECTURE]))).toBe('llama')
  })

  it('takes a file that ends anywhere for one of an unknown architecture', () => {
    const path = write('cut.gguf', [['a', { texts: ['x', 'y'] }], ARCHITECTURE])
    for (let bytes = ggufHeader([['a', { texts: ['x', 'y'] }]], []).length; bytes >= 4; bytes--) {
      truncateSync(path, bytes)
      expect(checkModelFile(path)).toBeNull()
    }
  })

  it.each<[string, GgufMetadata[], RegExp]>([
    [
      'mmproj.gguf',
      [['general.architecture', { text: 'clip' }]],
      /projector .*\(mmproj\): give --model the file of the model/,
    ],
    ['lora.gguf', [ARCHITECTURE, ['general.type', { text: 'adapter' }]], /an adapter \(LoRA\)/],
    ['imatrix.gguf', [['general.type', { text: 'imatrix' }]], /an importance matrix/],
    [
      'm-00002-of-00003.gguf',
      part(1, 3),
      /part 2 of a model in 3 parts: give --model the first one, .*m-00001-of-00003\.gguf\.$/,
    ],
    [
      'n-00001-of-00002.gguf',
      [ARCHITECTURE, ...part(0, 2)],
      /but there is no file .*n-00002-of-00002\.gguf\.$/,
    ],
    ['renamed.gguf', [ARCHITECTURE, ...part(0, 2)], /its name does not end in -00001-of-00002\.gguf/],
  ])('refuses %s, and says what to give instead', (name, metadata, message) => {
    expect(() => checkModelFile(write(name, metadata))).toThrow(message)
  })

  it('takes the first part of a model whose other parts are beside it', () => {
    write('o-00002-of-00002.gguf', part(1, 2))
    expect(checkModelFile(write('o-00001-of-00002.gguf', [ARCHITECTURE, ...part(0, 2)]))).toBe('llama')
  })
})

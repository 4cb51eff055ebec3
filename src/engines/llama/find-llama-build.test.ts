import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeBuild, findLlamaBuild } from './find-llama-build.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-build-'))
afterAll(() => rmSync(folder, { recursive: true }))

function packageWith(name: string, version: string, files: readonly string[]): string {
  const path = join(folder, `${name}-${version}`)
  mkdirSync(join(path, 'bins', name), { recursive: true })
  writeFileSync(join(path, 'package.json'), JSON.stringify({ version }))
  for (const file of files) writeFileSync(join(path, 'bins', name, file), '')
  return path
}

describe('describeBuild', () => {
  it.each([
    [
      'linux',
      [
        'libggml-base.so',
        'libggml-cpu-x64.so',
        'libggml.v0.5.0.so',
        'libllama-common.so',
        'libllama.v0.5.0.so',
      ],
    ],
    [
      'cuda',
      [
        'libggml-base.so',
        'libggml-cuda.so',
        'libggml.cuda.v0.5.0.so',
        'libllama-common.so',
        'libllama.cuda.v0.5.0.so',
      ],
    ],
    ['mac', ['libggml-base.dylib', 'libggml-metal.dylib', 'libggml.dylib', 'libllama.dylib']],
    ['windows', ['ggml-base.dll', 'ggml-cpu-x64.dll', 'ggml.dll', 'llama-common.dll', 'llama.dll']],
  ])('tells the libraries of a %s build from all others', (name, files) => {
    const build = describeBuild(name, packageWith(name, '3.22.1', files))
    const found = [build.basePath, build.ggmlPath, build.llamaPath].map((path) => basename(path))
    expect(found[0]).toMatch(/^(lib)?ggml-base\./)
    expect(found[1]).toMatch(/^(lib)?ggml\./)
    expect(found[2]).toMatch(/^(lib)?llama\./)
  })

  it('reports which version it needs, and how to get it', () => {
    expect(() => describeBuild('old', packageWith('old', '3.0.0', []))).toThrow(
      /is version 3\.0\.0, but .* works with 3\.22\.1 only: run "npm install/,
    )
  })

  it('reports that a library is missing', () => {
    expect(() => describeBuild('half', packageWith('half', '3.22.1', ['libggml-base.so']))).toThrow(
      /contains no ggml library/,
    )
  })
})

describe('findLlamaBuild', () => {
  it('finds the one that is installed with this project', () => {
    expect(findLlamaBuild().llamaPath).toContain('node_modules')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelReferenceError, parseModelReference } from './model-reference.ts'

describe('parseModelReference', () => {
  it.each([
    ['hf:a/b', { kind: 'hub', repository: 'a/b', file: null, quantization: null }],
    ['hf:a/b:Q4_K_M', { kind: 'hub', repository: 'a/b', file: null, quantization: 'Q4_K_M' }],
    ['hf:a/b/c/d.gguf', { kind: 'hub', repository: 'a/b', file: 'c/d.gguf', quantization: null }],
    ['ollama:llama3', { kind: 'ollama', name: 'llama3', tag: 'latest' }],
    ['ollama:me/llama3:8b', { kind: 'ollama', name: 'me/llama3', tag: '8b' }],
    ['models/a.gguf', { kind: 'file', path: 'models/a.gguf' }],
    ['C:\\models\\a.gguf', { kind: 'file', path: 'C:\\models\\a.gguf' }],
  ])('reads %s', (text, reference) => {
    expect(parseModelReference(text)).toEqual(reference)
  })

  it.each([
    'hf:',
    'hf:a',
    'hf:a/b:',
    'hf:a/b:c:d',
    'hf:a/b/c.gguf:Q4',
    'hf:../b',
    'hf:a/b/../../c.gguf',
    'ollama:',
    'ollama:../../etc',
    'ollama:a:b:c',
    'https://host/model',
    'https://',
  ])('refuses %s and shows how to write it', (text) => {
    expect(() => parseModelReference(text)).toThrow(ModelReferenceError)
  })

  it('shows no secret of an address', () => {
    expect(() => parseModelReference('https://user:pass@host/x?key=s3cret')).toThrow(/^(?!.*(pass|s3cret))/)
  })

  it('never leads out of the folder of a cache', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const reference = parseModelReference(`hf:${text}`)
          const names =
            reference.kind === 'hub' ? `${reference.repository}/${reference.file ?? ''}`.split('/') : []
          expect(names.some((name) => name === '..' || name === '.')).toBe(false)
        } catch (error) {
          expect(error).toBeInstanceOf(ModelReferenceError)
        }
      }),
    )
  })
})

/**
 * Reads `GrammarCase`s as JSON from standard input, lets llama.cpp match them, and prints the results. It is a process of its
 * own because llama.cpp writes to standard error, and aborts its process when misused.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import koffi from 'koffi'
import { findLlamaBuild } from '../src/engines/llama/find-llama-build.ts'
import { openLlamaLibrary } from '../src/engines/llama/llama-cpp/llama-library.ts'
import { LlamaModel } from '../src/engines/llama/llama-cpp/llama-model.ts'
import type { Pointer } from '../src/engines/llama/llama-cpp/native-library.ts'
import { CandidateTokens } from '../src/engines/llama/sampling/candidate-tokens.ts'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { llamaSettings } from './llama-settings.ts'
import type { GrammarCase } from './match-grammars.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-grammar-'))
const path = join(folder, 'random.gguf')
writeRandomGguf(path)
const library = openLlamaLibrary()
const llama = koffi.load(findLlamaBuild().llamaPath)
const samplerGrammar = llama.func('void* llama_sampler_init_grammar(void*, str, str)')
const samplerClone = llama.func('void* llama_sampler_clone(void*)')
const samplerAccept = llama.func('void llama_sampler_accept(void*, int32)')
const { vocabulary } = new LlamaModel(library, llamaSettings({ model: path }), () => undefined)
rmSync(folder, { recursive: true })
const candidates = new CandidateTokens(library, vocabulary.size)
const logits = new Float32Array(vocabulary.size)
const END = vocabulary.tokenize('</s>', true)[0] ?? 0

function matchAll({ grammar, texts }: GrammarCase): boolean[] | null {
  const read = samplerGrammar(vocabulary.pointer, grammar, 'root') as Pointer
  if (read === null) return null
  const matched = texts.map((one) => {
    const follower = samplerClone(read) as Pointer
    const fits = [...vocabulary.tokenize(one, false), END].every((token) => take(follower, token))
    library.samplerFree(follower)
    return fits
  })
  library.samplerFree(read)
  return matched
}

function take(follower: Pointer, token: number): boolean {
  candidates.setAll(logits)
  candidates.keep((one) => one === token)
  candidates.apply(follower)
  if (!candidates.hasAny) return false
  // llama.cpp aborts its process for a token after the end.
  if (token !== END) samplerAccept(follower, token)
  return true
}

const cases = JSON.parse(await text(process.stdin)) as GrammarCase[]
process.stdout.write(JSON.stringify(cases.map(matchAll)))

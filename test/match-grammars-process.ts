/**
 * Reads `GrammarCase`s as JSON from standard input, lets llama.cpp match them, and writes what it found. A process of
 * its own: llama.cpp writes to standard error as it likes, and ends a process that misuses it.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { CandidateTokens } from '../src/engines/llama/candidate-tokens.ts'
import { openLlamaLibrary } from '../src/engines/llama/llama-library.ts'
import { LlamaModel } from '../src/engines/llama/llama-model.ts'
import { TokenGrammar } from '../src/engines/llama/token-grammar.ts'
import type { GrammarCase } from './match-grammars.ts'
import { writeRandomGguf } from './random-gguf.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-grammar-'))
const path = join(folder, 'random.gguf')
writeRandomGguf(path)
const library = openLlamaLibrary()
const { vocabulary } = new LlamaModel(library, path, () => undefined)
rmSync(folder, { recursive: true })
const candidates = new CandidateTokens(library, vocabulary.size)
const END = vocabulary.tokenize('</s>', true)[0] ?? 0

function matchAll({ grammar, texts }: GrammarCase): boolean[] | null {
  const read = TokenGrammar.read(library, vocabulary, candidates, grammar)
  if (read === null) return null
  const matched = texts.map((one) => {
    const follower = read.clone()
    const fits = vocabulary.tokenize(one, false).every((token) => follower.take(token)) && follower.take(END)
    follower.free()
    return fits
  })
  read.free()
  return matched
}

const cases = JSON.parse(await text(process.stdin)) as GrammarCase[]
process.stdout.write(JSON.stringify(cases.map(matchAll)))

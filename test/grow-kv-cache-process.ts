import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LlamaContext } from '../src/engines/llama/decoding/llama-context.ts'
import { openLlamaLibrary } from '../src/engines/llama/llama-cpp/llama-library.ts'
import { LlamaModel } from '../src/engines/llama/llama-cpp/llama-model.ts'
import type { KvCacheLayout, KvCacheType } from '../src/engines/llama/settings.ts'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { llamaSettings } from './llama-settings.ts'

const WINDOW_TOKENS = 2_048
const PROMPT_TOKENS = 400
const SAMPLED_TOKENS = 300
const GREEDY = { temperature: 0, topP: null, topK: null }

const [kvCacheType = 'f16', kvCache = 'per-sequence', attention = 'on'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'continuo-grow-'))
const path = join(folder, 'random.gguf')
writeRandomGguf(path, { contextTokens: WINDOW_TOKENS })
const library = openLlamaLibrary()
const model = new LlamaModel(library, llamaSettings({ model: path }), () => undefined)
rmSync(folder, { recursive: true })

/** What two sequences sample, one of which gets its prompt in two parts. */
function sampledWith(kvCells: number): number[] {
  const context = new LlamaContext(library, model, {
    ...{ threads: 1, wideBatchThreads: 1, wideBatchTokens: Number.POSITIVE_INFINITY },
    ...{ kvCacheType: kvCacheType as KvCacheType, kvCache: kvCache as KvCacheLayout },
    ...{ flashAttention: attention === 'on', maxSequences: 2, contextWindowTokens: WINDOW_TOKENS, kvCells },
    ...{ maxBatchTokens: 514, seed: 1, minP: 0, reproducible: false },
  })
  const sampler = context.createSampler(GREEDY, null, null)
  const decode = () => {
    if (context.decodeBatch() !== 'done') throw new Error('the KV cache is full')
  }
  for (let index = 0; index < 20; index++) context.addToBatch(0, promptToken(index), index, false)
  decode()
  for (let index = 20; index < PROMPT_TOKENS; index++)
    context.addToBatch(0, promptToken(index), index, index === PROMPT_TOKENS - 1)
  decode()
  let token = sampler.sample(-1)
  context.copySequence(0, 1)
  const sampled: number[] = []
  for (let index = 0; index < SAMPLED_TOKENS; index++) {
    context.addToBatch(0, token, PROMPT_TOKENS + index, true)
    context.addToBatch(1, token, PROMPT_TOKENS + index, true)
    decode()
    const other = sampler.sample(1)
    token = sampler.sample(0)
    sampled.push(token, other)
  }
  context.free()
  return sampled
}

function promptToken(index: number): number {
  return 3 + ((index * 37) % 256)
}

process.stdout.write(JSON.stringify([sampledWith(WINDOW_TOKENS), sampledWith(256)]))

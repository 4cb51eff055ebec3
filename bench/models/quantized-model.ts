import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { install } from '../peers/install.ts'

/** `LLAMA_FTYPE_MOSTLY_Q4_K_M`: what most people download. */
const Q4_K_M = 15

/** The path of a model in Q4_K_M, quantized if it is not there yet. */
export async function quantizedModel(path: string): Promise<string> {
  const quantized = path.replace(/\.gguf$/, '-q4_k_m.gguf')
  if (existsSync(quantized)) return quantized
  const unfinished = `${quantized}.${process.pid}`
  const program = join(import.meta.dirname, 'quantize-model-process.ts')
  await install([process.execPath, program, path, unfinished, String(Q4_K_M)])
  renameSync(unfinished, quantized)
  return quantized
}

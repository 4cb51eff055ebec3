import { execFileSync } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/** `LLAMA_FTYPE_MOSTLY_Q4_K_M`: what most people download. */
const Q4_K_M = 15
const PROGRAM = join(import.meta.dirname, 'quantize-model-process.ts')

/** The path of a model in Q4_K_M, quantized if it is not there yet. */
export function quantizedModel(path: string): string {
  const quantized = path.replace(/\.gguf$/, '-q4_k_m.gguf')
  if (existsSync(quantized)) return quantized
  const unfinished = `${quantized}.${process.pid}`
  // It logs a line for each tensor.
  execFileSync(process.execPath, [PROGRAM, path, unfinished, String(Q4_K_M)], { stdio: 'ignore' })
  renameSync(unfinished, quantized)
  return quantized
}

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { SHIPPED_MODEL_PATH } from '../../src/config/resolve-engines.ts'
import { compareCompletions } from './completions/compare-completions.ts'

const root = join(import.meta.dirname, '../..')
const output = (command: string) => execFileSync(join(root, command), { encoding: 'utf8' }).trim()

/**
 * Compares completions with those of llama-server of the same release.
 *
 * @param modelPath empty for SmolLM2-135M, Gemma 3 270M and the demonstration model
 * @returns how many prompts and completions differ
 */
export async function reportCompletions(modelPath: string): Promise<number> {
  const llamaServer = process.env.CONTINUO_LLAMA_SERVER || output('test/servers/install-llama-server')
  const models =
    modelPath === ''
      ? [
          output('test/fidelity/completions/install-smollm2'),
          output('test/fidelity/completions/install-gemma'),
          SHIPPED_MODEL_PATH,
        ]
      : [modelPath]
  let wrong = 0
  for (const path of models) {
    const compared = await compareCompletions(llamaServer, path)
    const { model, prompts, guarded, otherTokens, rounded, otherCompletions } = compared
    const same = prompts - guarded - rounded.length - otherCompletions.length
    console.log(
      `${model}: ${prompts} prompts, ${guarded} with other tokens on purpose, ${otherTokens.length} by mistake; ${same} completions are the same, ${rounded.length} differ by rounding, ${otherCompletions.length} otherwise`,
    )
    for (const text of [...otherTokens, ...rounded, ...otherCompletions]) console.log(`  ${text}`)
    wrong += otherTokens.length + otherCompletions.length
  }
  return wrong
}

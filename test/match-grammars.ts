import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A grammar, and texts that it is to be tried on. */
export interface GrammarCase {
  readonly grammar: string
  readonly texts: readonly string[]
}

/** Which texts fit their grammar as a whole, as llama.cpp sees it; null for a grammar that it cannot read. */
export function matchGrammars(cases: readonly GrammarCase[]): (readonly boolean[] | null)[] {
  const program = fileURLToPath(new URL('./match-grammars-process.ts', import.meta.url))
  const output = execFileSync(process.execPath, [program], {
    input: JSON.stringify(cases),
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 2 ** 26,
  })
  return JSON.parse(output.toString('utf8'))
}

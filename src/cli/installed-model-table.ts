import type { InstalledModel } from '../model-files/installed-models.ts'
import { modelFacts, neededBytes } from '../model-files/model-facts.ts'
import { alignedTable } from './aligned-table.ts'
import { amount } from './download-line.ts'

const TITLES = ['MODEL', 'SIZE', 'QUANTIZATION', 'FAMILY', 'WINDOW', 'FITS', 'KEPT BY']

/** A line for each model on this machine: what it takes for `--model`, and what its file says. */
export function installedModelTable(models: readonly InstalledModel[], memoryBytes: number): string {
  return alignedTable([TITLES, ...models.map((model) => lineOf(model, memoryBytes))])
}

function lineOf({ reference, path, holder }: InstalledModel, memoryBytes: number): string[] {
  const facts = modelFacts(path)
  if (facts === null) return [reference, '?', '?', '?', '?', 'no GGUF file', holder]
  const { sizeBytes, quantization, family, trainedContextTokens } = facts
  return [
    reference,
    amount(sizeBytes),
    quantization ?? '?',
    family ?? '?',
    trainedContextTokens?.toLocaleString('en-US') ?? '?',
    neededBytes(facts) <= memoryBytes ? 'yes' : `needs ${amount(neededBytes(facts))}`,
    holder,
  ]
}

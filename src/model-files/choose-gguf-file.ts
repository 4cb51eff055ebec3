import { isLaterPart } from './model-parts.ts'
import type { HubReference } from './model-reference.ts'

/** What suits most machines, the best first. */
const PREFERRED = ['Q4_K_M', 'Q4_K_S', 'Q4_0', 'Q4_1', 'MXFP4', 'IQ4_NL', 'Q5_K_M', 'Q5_K_S', 'Q8_0', 'Q6_K']
const QUANTIZATION = /(?:^|[-._])((?:I?Q\d|TQ\d|MXFP\d)\w*|B?F16|F32|FP16)(?=$|[-.])/i
/** Most names that an error lists. */
const MAX_LISTED = 12

/** The quantization that the name of a file says; null for none. */
export function quantizationOf(path: string): string | null {
  const name = path.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '')
  return (
    QUANTIZATION.exec(name.split('/').at(-1) ?? '')?.[1]?.toUpperCase() ??
    QUANTIZATION.exec(name.replaceAll('/', '-'))?.[1]?.toUpperCase() ??
    null
  )
}

/** Whether a file may hold a model that generates text, by its name. */
export function isModelPath(path: string): boolean {
  return /\.gguf$/i.test(path) && !/(^|[-_./])(mmproj|imatrix)/i.test(path)
}

/**
 * Chooses a GGUF file of a repository; of a model in several files the first.
 *
 * @param paths the paths of the repository's files
 * @returns null if there is none that the reference means
 */
export function chooseGgufFile(paths: readonly string[], reference: HubReference): string | null {
  const models = paths
    .filter((path) => isModelPath(path) && !isLaterPart(path))
    .sort((one, other) => one.length - other.length || (one < other ? -1 : 1))
  const { file, quantization } = reference
  if (file !== null)
    return paths.includes(file) ? file : (models.find((path) => path.endsWith(`/${file}`)) ?? null)
  if (quantization !== null) return models.find((path) => isNamed(path, quantization)) ?? null
  for (const preferred of PREFERRED) {
    const found = models.find((path) => isNamed(path, preferred))
    if (found !== undefined) return found
  }
  return models[0] ?? null
}

/** What a repository has instead of what was asked for, for an error. */
export function describeChoices(paths: readonly string[]): string {
  const models = paths.filter((path) => isModelPath(path) && !isLaterPart(path))
  if (models.length === 0) return 'it has no GGUF file; look for a repository with GGUF in its name'
  const names = [...new Set(models.map((path) => quantizationOf(path) ?? path))]
  return `it has ${names.slice(0, MAX_LISTED).join(', ')}${names.length > MAX_LISTED ? ' and others' : ''}`
}

function isNamed(path: string, quantization: string): boolean {
  const name = `-${path.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '').replaceAll(/[/.]/g, '-')}-`.toUpperCase()
  return name.includes(`-${quantization.toUpperCase().replaceAll('.', '-')}-`)
}

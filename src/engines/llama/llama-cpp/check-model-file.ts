import { existsSync, statSync } from 'node:fs'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { readGgufHeader } from '../../../model-files/gguf-header.ts'

/** As llama.cpp names the parts of a model. */
const PART_NAME = /-(\d{5})-of-(\d{5})\.gguf$/
const PROJECTOR_ARCHITECTURE = 'clip'
/** Kinds of GGUF files that hold no model, by their `general.type`. */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ['mmproj', 'the projector of a vision or audio model (mmproj)'],
  ['adapter', 'an adapter (LoRA)'],
  ['imatrix', 'an importance matrix (imatrix)'],
  ['vocab', 'a vocabulary without a model'],
])

/**
 * Reports in one line what llama.cpp would report in twenty.
 *
 * @returns the model's architecture; null if the file does not say it
 * @throws EngineLoadError when the file is missing, or is another one than that of a model
 */
export function checkModelFile(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new EngineLoadError(`There is no file ${path}.`)
  if (!stat.isFile()) throw new EngineLoadError(`${path} is not a file: --model takes a GGUF file.`)
  const header = readGgufHeader(path)
  if (header === null) {
    throw new EngineLoadError(`${path} is not a GGUF file: it does not begin with the letters GGUF.`)
  }
  checkParts(path, Number(header.get('split.no') ?? 0), Number(header.get('split.count') ?? 1))
  const architecture = header.get('general.architecture')
  const type = architecture === PROJECTOR_ARCHITECTURE ? 'mmproj' : header.get('general.type')
  const kind = OTHER_KINDS.get(String(type))
  if (kind !== undefined) {
    throw new EngineLoadError(`${path} is ${kind}: give --model the file of the model that it belongs to.`)
  }
  return typeof architecture === 'string' ? architecture : null
}

/** llama.cpp loads the parts of a model through the first one, by their names. */
function checkParts(path: string, index: number, count: number): void {
  if (count <= 1) return
  const part = `${path} is part ${index + 1} of a model in ${count} parts`
  if (!PART_NAME.test(path)) {
    throw new EngineLoadError(
      `${part}, but its name does not end in -${partSuffix(index, count)}: give the parts their names again.`,
    )
  }
  const nameOf = (at: number) => path.replace(PART_NAME, `-${partSuffix(at, count)}`)
  if (index > 0) throw new EngineLoadError(`${part}: give --model the first one, ${nameOf(0)}.`)
  for (let at = 1; at < count; at++) {
    if (!existsSync(nameOf(at))) throw new EngineLoadError(`${part}, but there is no file ${nameOf(at)}.`)
  }
}

function partSuffix(index: number, count: number): string {
  const five = (number: number) => String(number).padStart(5, '0')
  return `${five(index + 1)}-of-${five(count)}.gguf`
}

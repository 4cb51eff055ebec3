/** A model in a repository of Hugging Face: a file of it, a quantization, or what suits most machines. */
export interface HubReference {
  readonly kind: 'hub'
  /** `OWNER/REPO` */
  readonly repository: string
  readonly file: string | null
  readonly quantization: string | null
}

/** Where a model is to be found. */
export type ModelReference =
  | HubReference
  | { readonly kind: 'url'; readonly url: URL }
  | { readonly kind: 'ollama'; readonly name: string; readonly tag: string }
  /** A path. */
  | { readonly kind: 'file'; readonly path: string }

const DEFAULT_TAG = 'latest'
/** A name of a repository, a file or a folder, which must not lead out of the folder that it is in. */
const NAME = /^(?!\.+$)[\w.-]+$/

/** The text is not a reference to a model. The message is one line that says why. */
export class ModelReferenceError extends Error {
  override readonly name = 'ModelReferenceError'
}

/**
 * Reads what `--model` takes: a path, `hf:OWNER/REPO[:QUANTIZATION]`, `hf:OWNER/REPO/FILE`, `https://…gguf` or
 * `ollama:NAME[:TAG]`.
 *
 * @throws ModelReferenceError
 */
export function parseModelReference(text: string): ModelReference {
  if (text.startsWith('hf:')) return hubReference(text)
  if (text.startsWith('ollama:')) return ollamaReference(text)
  if (/^https?:\/\//.test(text)) return urlReference(text)
  return { kind: 'file', path: text }
}

/** Whether a model is named otherwise than by a path. */
export function isNamedModel(text: string): boolean {
  return /^(hf:|ollama:|https?:\/\/)/.test(text)
}

function hubReference(text: string): HubReference {
  const [names = '', quantization, ...others] = text.slice('hf:'.length).split(':')
  const [owner, repository, ...file] = names.split('/')
  const all = [owner, repository, ...file]
  const isRead = repository !== undefined && all.every((name) => NAME.test(name ?? ''))
  const hasBoth = quantization !== undefined && file.length > 0
  if (!isRead || hasBoth || others.length > 0 || quantization === '') {
    throw new ModelReferenceError(
      `"${text}" is not a model of Hugging Face: write hf:OWNER/REPO, hf:OWNER/REPO:Q4_K_M or hf:OWNER/REPO/FILE.gguf.`,
    )
  }
  return {
    kind: 'hub',
    repository: `${owner}/${repository}`,
    file: file.length === 0 ? null : file.join('/'),
    quantization: quantization ?? null,
  }
}

function ollamaReference(text: string): ModelReference {
  const [name = '', tag = DEFAULT_TAG, ...others] = text.slice('ollama:'.length).split(':')
  const isRead = name.split('/').every((part) => NAME.test(part)) && NAME.test(tag)
  if (!isRead || others.length > 0) {
    throw new ModelReferenceError(`"${text}" is not a model of Ollama: write ollama:NAME or ollama:NAME:TAG.`)
  }
  return { kind: 'ollama', name, tag }
}

function urlReference(text: string): ModelReference {
  const url = URL.parse(text)
  if (url === null || !/\.gguf$/i.test(url.pathname)) {
    throw new ModelReferenceError(
      `The address of a model must end in .gguf; "${withoutQuery(text)}" does not.`,
    )
  }
  return { kind: 'url', url }
}

/** A query may hold a secret. */
function withoutQuery(text: string): string {
  return text.replace(/\?.*$/, '?…').replace(/\/\/[^/@]*@/, '//…@')
}

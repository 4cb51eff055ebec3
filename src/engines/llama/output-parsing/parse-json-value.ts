import type { ReplyPart } from '../../../completion/reply-part.ts'
import { JsonCopier } from './json-copier.ts'
import type { OutputScanner, Resumable } from './output-scanner.ts'

/**
 * Parses the input of a tool call, a JSON object, and emits it while it is generated. An object that breaks off is
 * closed, unless the completion was cut off in it.
 */
export function* parseToolInput(scanner: OutputScanner, emit: (part: ReplyPart) => void): Resumable {
  const copier = new JsonCopier()
  const isWhole = yield* copyJson(scanner, copier, (json) => emit({ type: 'tool-input', json }))
  if (!isWhole && !scanner.isCut) emit({ type: 'tool-input', json: copier.closing })
}

/**
 * Parses one value of an input and emits it while it is generated, after a text that belongs to it.
 *
 * @returns false where no value comes next, or it breaks off
 */
export function* parseMemberValue(
  scanner: OutputScanner,
  before: string,
  emit: (part: ReplyPart) => void,
): Resumable<boolean> {
  const copier = new JsonCopier()
  let prefix = before
  const isWhole = yield* copyJson(scanner, copier, (json) => {
    emit({ type: 'tool-input', json: prefix + json })
    prefix = ''
  })
  if (!isWhole && prefix === '' && !scanner.isCut) emit({ type: 'tool-input', json: copier.closing })
  return isWhole
}

/** Parses one JSON value; null where it breaks off. */
export function* parseJsonValue(scanner: OutputScanner): Resumable<string | null> {
  let copied = ''
  const isWhole = yield* copyJson(scanner, new JsonCopier(), (json) => {
    copied += json
  })
  return isWhole ? copied : null
}

function* copyJson(
  scanner: OutputScanner,
  copier: JsonCopier,
  copy: (json: string) => void,
): Resumable<boolean> {
  for (;;) {
    const unit = yield* scanner.peek()
    const step = unit === '' ? copier.end() : copier.push(unit)
    const copied = copier.take()
    if (copied !== '') copy(copied)
    if (step === 'broken') return false
    if (step === 'complete-before') return true
    scanner.advance()
    if (step === 'complete') return true
  }
}
